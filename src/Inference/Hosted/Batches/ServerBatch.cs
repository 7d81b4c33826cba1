using System.Text.Json;

namespace R2Synth.Inference.Hosted.Batches;

/// <summary>A batch as the server describes it.</summary>
internal sealed record ServerBatch
{
    /// <summary>Its id at the server.</summary>
    public required string Id { get; init; }

    /// <summary>Where it is.</summary>
    public required string Status { get; init; }

    /// <summary>The file of answers; null where there are none yet.</summary>
    public string? OutputFileId { get; init; }

    /// <summary>The file of failures; null where there are none.</summary>
    public string? ErrorFileId { get; init; }

    /// <summary>Requests answered so far, as far as the server says.</summary>
    public long Completed { get; init; }

    /// <summary>Why the input was refused; empty where it was not.</summary>
    public string Refusal { get; init; } = "";

    /// <summary>Whether the server has more requests in its queue than it allows this account; it takes the batch when others have ended.</summary>
    public bool IsQueueFull { get; init; }

    /// <summary>Whether nothing more will come. A batch whose answers are counted and not yet to be had is still being finished.</summary>
    public bool HasEnded => Status is "failed" or "expired" or "cancelled" || (Status == "completed" && (OutputFileId is not null || Completed == 0));

    /// <summary>Reads the server's JSON.</summary>
    /// <exception cref="JsonException">It is not a batch.</exception>
    public static ServerBatch Read(JsonElement batch) => new()
    {
        Id = Text(batch, "id") ?? throw new JsonException("The answer is not a batch: it has no 'id'."),
        Status = Text(batch, "status") ?? throw new JsonException("The answer is not a batch: it has no 'status'."),
        OutputFileId = Text(batch, "output_file_id"),
        ErrorFileId = Text(batch, "error_file_id"),
        Completed = Member(batch, "request_counts") is { } counts && Member(counts, "completed") is { } completed && completed.TryGetInt64(out long count) ? count : 0,
        Refusal = Member(batch, "errors") is { } errors && Member(errors, "data") is { ValueKind: JsonValueKind.Array } data
            ? string.Join("; ", data.EnumerateArray().Take(3).Select(Describe))
            : "",
        IsQueueFull = Member(batch, "errors") is { } faults && Member(faults, "data") is { ValueKind: JsonValueKind.Array } all
            && all.EnumerateArray().Any(error => Text(error, "code") == "token_limit_exceeded"),
    };

    /// <summary>A text of an object; null where it has none, or an empty one.</summary>
    public static string? Text(JsonElement json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.String } value && value.GetString() is { Length: > 0 } text ? text : null;

    /// <summary>A member of an object that is not null.</summary>
    public static JsonElement? Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;

    private static string Describe(JsonElement error)
    {
        string message = Text(error, "message") ?? error.GetRawText();
        return Member(error, "line") is { } line ? $"line {line}: {message}" : message;
    }
}
