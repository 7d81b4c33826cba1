using System.Text;
using System.Text.Json;

namespace R2Synth.Inference.Hosted.Batches;

/// <summary>A line of a batch's output or error file: the answer to one request.</summary>
internal sealed record BatchLine
{
    /// <summary>The request's id.</summary>
    public required string Id { get; init; }

    /// <summary>The HTTP status that the request would have got; 0 where it was not carried out (expired, cancelled).</summary>
    public required int Status { get; init; }

    /// <summary>The answer's body; where there is none, the line's error in the form of one.</summary>
    public required byte[] Body { get; init; }

    /// <summary>Whether the same request may well be answered the next time.</summary>
    public bool IsTransient => Status is 0 or 408 or 409 or 429 or >= 500 && !IsOutOfMoney;

    /// <summary>Whether the account has nothing left.</summary>
    public bool IsOutOfMoney => Status == 402 || (Status == 429 && Said.IsOutOfMoney);

    /// <summary>What a failure says.</summary>
    public ServerMessage Said => ServerMessage.Read(Encoding.UTF8.GetString(Body));

    /// <summary>Whether it is an answer, and billed.</summary>
    public bool IsBilled => Status is >= 200 and < 300;

    /// <summary>What it did cost, in US dollars; null where the answer does not say what it used.</summary>
    public decimal? Cost(Pricing pricing)
    {
        if (!IsBilled) return 0;
        ReplyBody.TryRead(Body, RequestForm.Chat, out TokenUsage? usage);
        return usage is { } used ? pricing.Of(used) : null;
    }

    /// <summary>Reads a line.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static BatchLine Parse(ReadOnlyMemory<byte> line)
    {
        using JsonDocument document = JsonDocument.Parse(line);
        JsonElement root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("custom_id", out JsonElement id) || id.ValueKind != JsonValueKind.String)
            throw new JsonException("The line has no 'custom_id'.");
        string name = id.GetString() ?? "";
        if (root.TryGetProperty("response", out JsonElement response) && response.ValueKind == JsonValueKind.Object
            && response.TryGetProperty("body", out JsonElement body) && body.ValueKind == JsonValueKind.Object)
        {
            int status = response.TryGetProperty("status_code", out JsonElement code) && code.TryGetInt32(out int number) ? number : 200;
            return new BatchLine { Id = name, Status = status, Body = JsonSerializer.SerializeToUtf8Bytes(body) };
        }

        JsonElement? error = root.TryGetProperty("error", out JsonElement said) && said.ValueKind == JsonValueKind.Object ? said : null;
        return new BatchLine { Id = name, Status = 0, Body = JsonSerializer.SerializeToUtf8Bytes(new { error }) };
    }
}
