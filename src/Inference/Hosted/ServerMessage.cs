using System.Text.Json;

namespace R2Synth.Inference.Hosted;

/// <summary>The error in a server's answer, as OpenAI writes it (<c>{"error":{"message","code","type"}}</c>) and as others do.</summary>
internal sealed record ServerMessage(string Text, string Code)
{
    /// <summary>Whether a filter declined the text.</summary>
    public bool IsContentFilter =>
        Code.Contains("content_filter", StringComparison.OrdinalIgnoreCase) || Code.Contains("content_policy", StringComparison.OrdinalIgnoreCase) ||
        Text.Contains("content management policy", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the account has no credit left: OpenAI says so by 429, like a rate that passes.</summary>
    public bool IsOutOfMoney => Code.Contains("insufficient_quota", StringComparison.OrdinalIgnoreCase);

    /// <summary>
    /// Whether the request was too long: OpenAI's and vLLM's wording, then llama.cpp's of chat, and of embeddings and rerankings (ggml-org/llama.cpp#11105), then Text Embeddings Inference's
    /// (huggingface/text-embeddings-inference#356).
    /// </summary>
    public bool IsContextExceeded =>
        Code.Contains("context_length_exceeded", StringComparison.OrdinalIgnoreCase) || Code.Contains("exceed_context_size", StringComparison.OrdinalIgnoreCase) ||
        Text.Contains("maximum context length", StringComparison.OrdinalIgnoreCase) || Text.Contains("context size", StringComparison.OrdinalIgnoreCase) ||
        Text.Contains("too large to process", StringComparison.OrdinalIgnoreCase) || Text.Contains("must have less than", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads an answer's body; any text gives a message.</summary>
    public static ServerMessage Read(string body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement error = document.RootElement;
            if (error.ValueKind == JsonValueKind.Object && error.TryGetProperty("error", out JsonElement inner)) error = inner;
            if (error.ValueKind == JsonValueKind.String) return new ServerMessage(error.GetString() ?? "", "");
            if (error.ValueKind != JsonValueKind.Object) return new ServerMessage(body, "");
            string text = Member(error, "message") is { Length: > 0 } message ? message : body;
            return new ServerMessage(text, $"{Member(error, "code")} {Member(error, "type")}");
        }
        catch (JsonException)
        {
            return new ServerMessage(body, "");
        }
    }

    private static string Member(JsonElement error, string name) =>
        error.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() ?? "" : "";
}
