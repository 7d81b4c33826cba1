namespace R2Synth.Inference.LlamaCpp;

/// <summary>The size of an engine, and how it computes.</summary>
internal sealed record EngineSettings
{
    /// <summary>Streams beside the long sequences that keep a prompt.</summary>
    internal const int KeptLongPrompts = 1;

    /// <summary>Tokens that one of the many sequences may hold.</summary>
    internal int ContextTokens { get; init; } = 1024;

    /// <summary>Sequences that run at once.</summary>
    internal int Sequences { get; init; } = 16;

    /// <summary>Streams that keep prompts beside the running sequences.</summary>
    internal int KeptPrompts { get; init; } = 4;

    /// <summary>Tokens that one of the few long sequences may hold; not used where <see cref="LongSequences"/> is 0.</summary>
    internal int LongContextTokens { get; init; }

    /// <summary>Long sequences that run at once; 0 for none.</summary>
    internal int LongSequences { get; init; }

    internal int Threads { get; init; } = PhysicalCores.Count();

    /// <summary>False computes every prompt whole: for comparison.</summary>
    internal bool SharePrefixes { get; init; } = true;

    /// <summary>Whether the same call must give the same bits (docs/decisions/0001-same-bits.md).</summary>
    internal bool SameBits { get; init; } = true;

    internal bool FlashAttention { get; init; }

    internal KvType KvType { get; init; } = KvType.Half;

    /// <summary>Tokens of the longest request, reply included.</summary>
    internal int Longest => LongSequences > 0 ? Math.Max(ContextTokens, LongContextTokens) : ContextTokens;
}
