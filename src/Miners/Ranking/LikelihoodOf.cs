namespace R2Synth.Miners.Ranking;

/// <summary>What query likelihood is taken over. Within a query the order is the same.</summary>
public enum LikelihoodOf
{
    /// <summary>A token, so that queries of any length can be compared.</summary>
    Mean,

    /// <summary>The whole query, as in the papers.</summary>
    Sum,
}
