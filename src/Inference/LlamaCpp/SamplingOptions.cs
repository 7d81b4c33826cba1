namespace R2Synth.Inference.LlamaCpp;

/// <summary>How the next token is drawn. Order: penalties, grammar, temperature, top-k, min-p, top-p.</summary>
internal sealed record SamplingOptions
{
    // llama.cpp's own defaults (common/common.h, v0.5.0).
    internal const float DefaultTemperature = 0.8f;
    internal const int DefaultTopK = 40;
    internal const float DefaultTopP = 0.95f;
    internal const float DefaultMinP = 0.05f;

    /// <summary>0 takes the likeliest token.</summary>
    internal float Temperature { get; init; } = DefaultTemperature;

    /// <summary>Candidates at most; 0 for all.</summary>
    internal int TopK { get; init; } = DefaultTopK;

    /// <summary>The likeliest candidates that together reach this probability; 1 for all.</summary>
    internal float TopP { get; init; } = DefaultTopP;

    /// <summary>Candidates at least this probable in terms of the likeliest one; 0 for all above <see cref="Sampler.LeastRatio"/>.</summary>
    internal float MinP { get; init; } = DefaultMinP;

    /// <summary>Taken off a token's logit for each time that it was written.</summary>
    internal float FrequencyPenalty { get; init; }

    /// <summary>Taken off a token's logit once it was written.</summary>
    internal float PresencePenalty { get; init; }

    /// <summary>The draw's seed.</summary>
    internal long Seed { get; init; }

    /// <summary>GBNF with a rule <c>root</c> that the reply keeps to; null for none.</summary>
    internal string? Grammar { get; init; }
}
