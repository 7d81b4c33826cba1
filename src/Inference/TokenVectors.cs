namespace R2Synth.Inference;

/// <summary>The vectors of a text's tokens.</summary>
public sealed record TokenVectors
{
    /// <summary>The tokens as text, for instance to leave out punctuation; a leading blank may be part of one.</summary>
    public required IReadOnlyList<string> Tokens { get; init; }

    /// <summary>Vectors of length 1, one after the other: tokens x <see cref="Dimensions"/>.</summary>
    public required ReadOnlyMemory<float> Values { get; init; }

    /// <summary>Values a token.</summary>
    public required int Dimensions { get; init; }
}
