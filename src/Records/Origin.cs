namespace R2Synth.Records;

/// <summary>Where a passage of a group comes from.</summary>
public enum Origin
{
    /// <summary>The passage that the query was written from.</summary>
    Seed,

    /// <summary>Found by a retriever.</summary>
    Mined,

    /// <summary>Found by a retriever and judged a better answer than the seed.</summary>
    Relabelled,

    /// <summary>Written by a language model.</summary>
    Generated,
}
