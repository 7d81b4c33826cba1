using System.Text;
using System.Text.Json;

namespace R2Synth.Inference.Hosted;

/// <summary>What came back for a request of our own.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The body.</param>
/// <param name="Cost">What it did cost, in US dollars; 0 where nothing was paid.</param>
/// <param name="Endpoint">Who answered.</param>
internal sealed record ServerReply(int Status, byte[] Body, decimal Cost, HostedEndpoint Endpoint)
{
    /// <summary>Whether it was served.</summary>
    public bool IsSuccess => Status is >= 200 and <= 299;

    /// <summary>The answer's JSON.</summary>
    /// <param name="orArray">Whether it may be a list.</param>
    /// <exception cref="ContextExceededException">The request was too long.</exception>
    /// <exception cref="CallFailedException">The server refused it, or the answer is no JSON object.</exception>
    public JsonDocument Read(bool orArray = false)
    {
        if (!IsSuccess)
        {
            ServerMessage said = ServerMessage.Read(Encoding.UTF8.GetString(Body));
            if (said.IsContextExceeded) throw new ContextExceededException($"{Endpoint.Prefix}: the request does not fit the model's context: {Endpoint.Quote(said.Text)}");
            throw new CallFailedException($"{Endpoint.Prefix} refused the request ({Status}): {Endpoint.Quote(said.Text)}");
        }

        try
        {
            JsonDocument document = JsonDocument.Parse(Body);
            return document.RootElement.ValueKind == JsonValueKind.Object || (orArray && document.RootElement.ValueKind == JsonValueKind.Array) ? document : throw new JsonException("it is no object");
        }
        catch (JsonException fault)
        {
            throw new CallFailedException($"{Endpoint.Prefix} answered in a way that cannot be read: {fault.Message}", fault);
        }
    }
}
