namespace R2Synth.Miners.Selection;

/// <summary>What became of one passage in <see cref="FalseNegativeCascade"/>.</summary>
public enum FalseNegativeFate
{
    /// <summary>It stays what it is.</summary>
    Kept,

    /// <summary>A negative that answers the query, taken out.</summary>
    Removed,

    /// <summary>A negative that answers the query, now a positive.</summary>
    Relabelled,

    /// <summary>A negative that no judge could clear, taken out: a failure is no verdict.</summary>
    Failed,
}
