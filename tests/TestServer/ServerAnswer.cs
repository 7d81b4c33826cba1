using System.Text.Json.Nodes;

namespace R2Synth.Testing;

/// <summary>What the server says to one request.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Body">JSON, UTF-8.</param>
/// <param name="Read">Tokens of the request; 0 for one that was refused.</param>
/// <param name="Written">Tokens of the reply; 0 for one that was refused.</param>
public sealed record ServerAnswer(int Status, byte[] Body, int Read = 0, int Written = 0)
{
    /// <summary>What the Retry-After header says; null sends none.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The body as a tree.</summary>
    public JsonObject ToJson() => JsonNode.Parse(Body)!.AsObject();

    /// <summary>An answer that refuses, in the form of OpenAI's errors.</summary>
    public static ServerAnswer Refusal(int status, string code, string message) => new(status, JsonBody.Write(json =>
    {
        json.WriteStartObject("error");
        json.WriteString("message", message);
        json.WriteString("type", code);
        json.WriteString("code", code);
        json.WriteEndObject();
    }));
}
