namespace R2Synth.Miners.Ranking;

/// <summary>What Gecko's two judges found of one passage for one query. Where a recipe asks other judges these are the first one's and the second one's scores, on their own scales.</summary>
/// <param name="Ql">Query likelihood: mean natural log-probability of a query token given the passage, at most 0.</param>
/// <param name="Rc">Relevance: natural logarithm of the share of "yes" in "yes" and "no", in [<see cref="LowestRc"/>, 0].</param>
public readonly record struct JudgeScore(double Ql, double Rc)
{
    /// <summary>Floor of <see cref="Rc"/>: e^-100 is no probability that differs from 0 in practice, and a shard must not hold infinities.</summary>
    public const double LowestRc = -100;
}
