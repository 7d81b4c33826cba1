using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.AI;

namespace R2Synth.Inference.Hosted;

/// <summary>The JSON of <c>chat/completions</c>, there and back.</summary>
internal static class ChatBody
{
    // What stands in a body goes to a server, never into a page.
    private static readonly JsonWriterOptions Layout = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    // A prompt keeps its format for all its calls, and a schema can be long.
    private static readonly ConditionalWeakTable<ChatResponseFormatJson, byte[]> Formats = [];

    /// <summary>Writes a request.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="messages">Texts by system, user and assistant.</param>
    /// <param name="options">Options of sampling and the format of the reply; those that only models in the process know are left out.</param>
    /// <param name="withSchema">Whether the format goes along.</param>
    /// <exception cref="NotSupportedException">A message holds more than text, or there are tools.</exception>
    public static byte[] Write(string model, IEnumerable<ChatMessage> messages, ChatOptions? options, bool withSchema)
    {
        if (options?.Tools is { Count: > 0 }) throw new NotSupportedException("Tools are not sent to servers. Remove ChatOptions.Tools.");
        ArrayBufferWriter<byte> buffer = new(4096);
        using (Utf8JsonWriter json = new(buffer, Layout))
        {
            json.WriteStartObject();
            json.WriteString("model"u8, model);
            json.WriteStartArray("messages"u8);
            foreach (ChatMessage message in messages)
            {
                if (message.Contents.Any(content => content is not TextContent)) throw new NotSupportedException("Only texts are sent to servers.");
                json.WriteStartObject();
                json.WriteString("role"u8, message.Role.Value);
                json.WriteString("content"u8, message.Text);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            if (options is not null) WriteOptions(json, options, withSchema);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Reads a reply.</summary>
    /// <exception cref="JsonException">It is no JSON.</exception>
    /// <exception cref="InvalidOperationException">A member is of another kind than it must be.</exception>
    /// <exception cref="KeyNotFoundException">It holds no message.</exception>
    public static ChatResponse Read(ReadOnlyMemory<byte> body)
    {
        using JsonDocument document = JsonDocument.Parse(body);
        JsonElement choice = document.RootElement.GetProperty("choices"u8)[0], message = choice.GetProperty("message"u8);
        ChatMessage read = new(ChatRole.Assistant, Thinking.Strip(Text(message))); // a server without a parser for them leaves thoughts in the text
        if (message.TryGetProperty("refusal"u8, out JsonElement refusal) && refusal.ValueKind == JsonValueKind.String && refusal.GetString() is { Length: > 0 } refused)
            read.Contents.Add(new ErrorContent(refused) { ErrorCode = "Refusal" });
        return new ChatResponse(read)
        {
            FinishReason = choice.TryGetProperty("finish_reason"u8, out JsonElement reason) && reason.ValueKind == JsonValueKind.String ? new ChatFinishReason(reason.GetString()!) : null, // checked
            ModelId = document.RootElement.TryGetProperty("model"u8, out JsonElement model) && model.ValueKind == JsonValueKind.String ? model.GetString() : null,
            Usage = document.RootElement.TryGetProperty("usage"u8, out JsonElement usage) && usage.ValueKind == JsonValueKind.Object ? Usage(usage) : null,
        };
    }

    private static void WriteOptions(Utf8JsonWriter json, ChatOptions options, bool withSchema)
    {
        if (options.Temperature is { } temperature) json.WriteNumber("temperature"u8, temperature);
        if (options.TopP is { } topP) json.WriteNumber("top_p"u8, topP);
        if (options.FrequencyPenalty is { } frequency) json.WriteNumber("frequency_penalty"u8, frequency);
        if (options.PresencePenalty is { } presence) json.WriteNumber("presence_penalty"u8, presence);
        if (options.Seed is { } seed) json.WriteNumber("seed"u8, seed);
        // OpenAI's own newer name is put in where it is wanted (RequestBody).
        if (options.MaxOutputTokens is { } limit) json.WriteNumber("max_tokens"u8, limit);
        if (options.StopSequences is { Count: > 0 } stops)
        {
            json.WriteStartArray("stop"u8);
            foreach (string stop in stops) json.WriteStringValue(stop);
            json.WriteEndArray();
        }

        if (!withSchema || options.ResponseFormat is not ChatResponseFormatJson format) return;
        json.WritePropertyName("response_format"u8);
        json.WriteRawValue(Formats.GetValue(format, Format), skipInputValidation: true);
    }

    // The schema as it is: lengths and counts, which OpenAI's own strict mode may refuse, are what other servers hold to.
    private static byte[] Format(ChatResponseFormatJson format)
    {
        ArrayBufferWriter<byte> buffer = new();
        using (Utf8JsonWriter json = new(buffer, Layout))
        {
            json.WriteStartObject();
            if (format.Schema is not { } schema)
            {
                json.WriteString("type"u8, "json_object"u8);
            }
            else
            {
                json.WriteString("type"u8, "json_schema"u8);
                json.WriteStartObject("json_schema"u8);
                json.WriteString("name"u8, format.SchemaName ?? "reply");
                if (format.SchemaDescription is { } description) json.WriteString("description"u8, description);
                json.WritePropertyName("schema"u8);
                json.WriteRawValue(schema.GetRawText(), skipInputValidation: true);
                json.WriteBoolean("strict"u8, true);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    // A text, or parts of which some are texts; null where the model only refuses.
    private static string Text(JsonElement message)
    {
        if (!message.TryGetProperty("content"u8, out JsonElement content) || content.ValueKind == JsonValueKind.Null) return "";
        return content.ValueKind == JsonValueKind.Array
            ? string.Concat(content.EnumerateArray().Select(part => part.TryGetProperty("text"u8, out JsonElement text) ? text.GetString() : ""))
            : content.GetString() ?? "";
    }

    private static UsageDetails Usage(JsonElement usage)
    {
        long? read = Number(usage, "prompt_tokens"u8), written = Number(usage, "completion_tokens"u8);
        return new UsageDetails { InputTokenCount = read, OutputTokenCount = written, TotalTokenCount = Number(usage, "total_tokens"u8) ?? (read + written) };
    }

    private static long? Number(JsonElement usage, ReadOnlySpan<byte> name) =>
        usage.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out long number) ? number : null;
}
