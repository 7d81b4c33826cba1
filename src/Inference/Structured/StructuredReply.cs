using System.Text.Json;

namespace R2Synth.Inference.Structured;

/// <summary>A model's reply after checking: a result, or the reason why there is none.</summary>
public sealed record StructuredReply
{
    /// <summary>The reply under the prompt's schema; null with a <see cref="Fault"/>, and for a prompt without a schema.</summary>
    public JsonElement? Json { get; init; }

    /// <summary>The last reply: as it came for a prompt with a schema, trimmed for one without. Kept with a fault too.</summary>
    public required string Text { get; init; }

    /// <summary>Why there is no result; null when there is one.</summary>
    public ReplyFault? Fault { get; init; }

    /// <summary>The fault in words, with the place in the reply where that is known; empty without a fault.</summary>
    public string Detail { get; init; } = "";

    /// <summary>Model calls made, 1 to 3.</summary>
    public required int Calls { get; init; }

    /// <summary>Tokens that the model read, summed over the calls; 0 where the backend does not count.</summary>
    public long InputTokens { get; init; }

    /// <summary>Tokens that the model wrote, summed over the calls; 0 where the backend does not count.</summary>
    public long OutputTokens { get; init; }
}
