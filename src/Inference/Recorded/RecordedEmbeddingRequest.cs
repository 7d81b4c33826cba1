using Microsoft.Extensions.AI;

namespace R2Synth.Inference.Recorded;

/// <summary>Texts that were embedded: one, or all of a call that failed as a whole.</summary>
internal sealed record RecordedEmbeddingRequest
{
    /// <summary>The texts.</summary>
    public required IReadOnlyList<string> Texts { get; init; }

    /// <summary>The model that was asked for; null for the backend's own.</summary>
    public string? Model { get; init; }

    /// <summary>The dimensions that were asked for; null for the model's own.</summary>
    public int? Dimensions { get; init; }

    /// <summary>Takes a request apart.</summary>
    public static RecordedEmbeddingRequest Of(IReadOnlyList<string> texts, EmbeddingGenerationOptions? options) =>
        new() { Texts = texts, Model = options?.ModelId, Dimensions = options?.Dimensions };
}
