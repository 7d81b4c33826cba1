namespace R2Synth.Miners.Ranking;

/// <summary>How the rankings of several judges become one.</summary>
public enum Combination
{
    /// <summary>The sum of the weighted reciprocal ranks: Gecko's fusion (2403.20327, section 3.2) for any judges.</summary>
    ReciprocalRank,

    /// <summary>The weighted mean of the ranks (Borda's count), the smallest best.</summary>
    MeanRank,

    /// <summary>The worst of the ranks: a passage is as good as its severest judge finds it. Weights do not count.</summary>
    Intersection,
}
