namespace R2Synth.Inference;

/// <summary>What a <see cref="ITokenScorer"/> found of one <see cref="Continuation"/>.</summary>
public sealed record ContinuationScore
{
    /// <summary>Natural logarithm of P(text | prefix, lead), summed over the text's tokens; at most 0; 0 for an empty text.</summary>
    public required double LogLikelihood { get; init; }

    /// <summary>Number of scored tokens.</summary>
    public required int Tokens { get; init; }

    /// <summary>Natural logarithm of the probability of each label's first token, over the whole vocabulary, in the labels' order.</summary>
    public IReadOnlyList<double> Labels { get; init; } = [];

    /// <summary>Tokens that the model read for this continuation; those of the prefix are counted with the first continuation that needed them. For rates only: it depends on what was read before.</summary>
    public int TokensRead { get; init; }

    /// <summary>What this score did cost, in US dollars; 0 where nothing was paid.</summary>
    public decimal Cost { get; init; }

    /// <summary>Mean log-likelihood a token; 0 for an empty text.</summary>
    public double MeanLogLikelihood => Tokens == 0 ? 0 : LogLikelihood / Tokens;
}
