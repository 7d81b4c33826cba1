namespace R2Synth.Pipeline.Ledger;

/// <summary>What the cache keeps of a model call.</summary>
internal sealed record CachedCall
{
    /// <summary>The reply, as its client encodes it.</summary>
    public required byte[] Reply { get; init; }

    /// <summary>Tokens that the model read.</summary>
    public long TokensRead { get; init; }

    /// <summary>Tokens that the model wrote.</summary>
    public long TokensWritten { get; init; }

    /// <summary>Price in US dollars; null where it is not known.</summary>
    public double? Cost { get; init; }
}
