namespace R2Synth.Inference;

/// <summary>What a reranker says of one document.</summary>
/// <param name="Score">Higher is better, finite, on the server's own scale (a probability or a logit); null where there is none.</param>
/// <param name="Fault">Why there is no score: one of the reasons below; null where there is one.</param>
public readonly record struct RerankScore(double? Score, string? Fault)
{
    /// <summary>The answer left the document out.</summary>
    public const string Missing = "missing";

    /// <summary>The answer scores the document more than once, and not the same.</summary>
    public const string Repetition = "repetition";

    /// <summary>The answer gives something else than a finite number.</summary>
    public const string NotANumber = "not-a-number";

    /// <summary>Query and document do not fit the model's context.</summary>
    public const string TooLong = "too-long";

    /// <summary>A score.</summary>
    public static RerankScore Of(double score) => new(score, null);

    /// <summary>A document without one.</summary>
    public static RerankScore Failed(string fault) => new(null, fault);
}
