using R2Synth.Miners.Ranking;

namespace R2Synth.Miners.Selection;

/// <summary>Judges a negative that a model wrote against its positive: one that answers the query better is no negative.</summary>
/// <remarks>
/// E5's generated negatives (2401.00368) are used unchecked there and by every tool that follows it. Mined negatives have the bounds of <see cref="NegativeRule"/> instead.
/// </remarks>
public static class WrittenNegativeCheck
{
    /// <summary>The reason of a refusal.</summary>
    public const string OutscoresPositive = "negative-outscores-positive";

    /// <summary>Compares the two as <see cref="GeckoFusion"/> would: the negative must be ahead with more voters than the positive.</summary>
    /// <param name="positive">The positive's scores for the query.</param>
    /// <param name="negative">The negative's scores for the same query.</param>
    /// <param name="voters">The judges that count; with none there is nothing to say and the negative passes.</param>
    /// <returns><see cref="OutscoresPositive"/>, or null where the negative may stay: also on equal scores and where two voters disagree.</returns>
    public static string? Check(JudgeScore positive, JudgeScore negative, Voters voters)
    {
        int lead = (voters.Ql ? negative.Ql.CompareTo(positive.Ql) : 0) + (voters.Rc ? negative.Rc.CompareTo(positive.Rc) : 0);
        return lead > 0 ? OutscoresPositive : null;
    }
}
