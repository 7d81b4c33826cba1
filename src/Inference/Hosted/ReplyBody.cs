using System.Text.Json;

namespace R2Synth.Inference.Hosted;

/// <summary>What is to be known of a reply before it is handed on: that it is whole and of the form asked for, and what it used. Read in one pass, without a document.</summary>
internal static class ReplyBody
{
    /// <summary>Reads a body.</summary>
    /// <param name="json">As received; any bytes.</param>
    /// <param name="form">What was asked.</param>
    /// <param name="usage">What it used; null where the server doesn't say.</param>
    /// <returns>Whether it is a whole reply of that form.</returns>
    public static bool TryRead(ReadOnlySpan<byte> json, RequestForm form, out TokenUsage? usage)
    {
        usage = null;
        bool found = false;
        try
        {
            Utf8JsonReader reader = new(json);
            if (!reader.Read()) return false;
            if (form == RequestForm.Rerank && reader.TokenType == JsonTokenType.StartArray)
            {
                reader.Skip();
                return !reader.Read();
            }

            if (reader.TokenType != JsonTokenType.StartObject) return false;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (form == RequestForm.Rerank && (reader.ValueTextEquals("results"u8) || reader.ValueTextEquals("data"u8))) found |= IsList(ref reader);
                else if (reader.ValueTextEquals(form == RequestForm.Embedding ? "data"u8 : "choices"u8)) found = HasFirst(ref reader, form);
                else if (reader.ValueTextEquals("usage"u8)) usage = ReadUsage(ref reader, form);
                else reader.Skip();
            }

            return found && !reader.Read(); // the reader throws where the text ends too early or goes on
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // Whether each document has its score is looked into where they are counted.
    private static bool IsList(ref Utf8JsonReader reader)
    {
        reader.Read();
        bool found = reader.TokenType == JsonTokenType.StartArray;
        reader.Skip();
        return found;
    }

    private static bool HasFirst(ref Utf8JsonReader reader, RequestForm form)
    {
        ReadOnlySpan<byte> wanted = form switch { RequestForm.Chat => "message"u8, RequestForm.Completion => "text"u8, _ => "embedding"u8 };
        bool found = false;
        reader.Read();
        int depth = reader.CurrentDepth;
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            reader.Skip();
            return false;
        }

        while (reader.Read() && reader.CurrentDepth > depth)
        {
            if (reader.CurrentDepth != depth + 2 || reader.TokenType != JsonTokenType.PropertyName) continue;
            bool right = reader.ValueTextEquals(wanted);
            reader.Read();
            found |= right && (form != RequestForm.Chat || reader.TokenType == JsonTokenType.StartObject);
            reader.Skip();
        }

        return found;
    }

    private static TokenUsage? ReadUsage(ref Utf8JsonReader reader, RequestForm form)
    {
        long? read = null, total = null;
        long cached = 0, written = 0;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return null;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("prompt_tokens"u8)) read = Number(ref reader);
            else if (reader.ValueTextEquals("completion_tokens"u8)) written = Number(ref reader);
            else if (form == RequestForm.Rerank && reader.ValueTextEquals("total_tokens"u8)) total = Number(ref reader);
            else if (reader.ValueTextEquals("prompt_tokens_details"u8)) cached = ReadCached(ref reader);
            else reader.Skip();
        }

        // vLLM and Jina count a reranking in total only: nothing is written.
        return (read ?? total) is { } tokens ? new TokenUsage(tokens, Math.Clamp(cached, 0, tokens), written) : null;
    }

    private static long ReadCached(ref Utf8JsonReader reader)
    {
        long cached = 0;
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return 0;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("cached_tokens"u8)) cached = Number(ref reader);
            else reader.Skip();
        }

        return cached;
    }

    private static long Number(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out long number)) return Math.Max(0, number);
        reader.Skip();
        return 0;
    }
}
