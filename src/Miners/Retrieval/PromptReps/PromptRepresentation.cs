namespace R2Synth.Miners.Retrieval.PromptReps;

/// <summary>A text's two vectors.</summary>
public sealed record PromptRepresentation
{
    /// <summary>The hidden state, of length 1.</summary>
    public required IReadOnlyList<float> Dense { get; init; }

    /// <summary>Weights of tokens, by rising id: round(100 x ln(1 + max(0, logit))), 1 or more.</summary>
    public required IReadOnlyList<(int Token, int Weight)> Sparse { get; init; }

    /// <summary>Tokens that the model read.</summary>
    public required int TokensRead { get; init; }
}
