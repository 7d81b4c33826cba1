using R2Synth.Records;

namespace R2Synth.Miners.Retrieval;

/// <summary>Fuses two rankings of one query by their scores, each brought to [0, 1] first.</summary>
/// <remarks>PromptReps' hybrid (arXiv 2404.18424, section 3.3; code ielab/PromptReps): min-max over each list, a passage that a list lacks has 0 there.</remarks>
public static class MinMaxFusion
{
    /// <summary>The depth over which PromptReps takes minimum and maximum; the range of scores depends on it.</summary>
    public const int Depth = 1000;

    /// <summary>The weight of the first ranking in the paper's hybrid.</summary>
    public const double DefaultAlpha = 0.5;

    /// <summary>The least denominator, for lists whose scores are all the same.</summary>
    private const double Floor = 1e-9;

    /// <summary>Fuses: score(p) = alpha x (first(p) - min) / (max - min) + (1 - alpha) x the same of the second.</summary>
    /// <param name="first">A ranking, best first, a passage at most once. May be empty.</param>
    /// <param name="second">Another one.</param>
    /// <param name="passages">The corpus that the hits point into.</param>
    /// <param name="alpha">The first one's weight, in [0, 1].</param>
    /// <returns>Every passage of either by falling score, ties by ordinal docid; scores lie in [0, 1].</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="alpha"/> is out of range.</exception>
    public static IReadOnlyList<Hit> Fuse(IReadOnlyList<Hit> first, IReadOnlyList<Hit> second, IReadOnlyList<Passage> passages, double alpha = DefaultAlpha)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentOutOfRangeException.ThrowIfNegative(alpha);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(alpha, 1);
        Dictionary<int, double> scores = [];
        Add(first, alpha);
        Add(second, 1 - alpha);
        return ReciprocalRankFusion.Ranked(scores, passages);

        void Add(IReadOnlyList<Hit> ranking, double weight)
        {
            if (ranking.Count == 0) return;
            double least = ranking.Min(hit => hit.Score), width = Math.Max(ranking.Max(hit => hit.Score) - least, Floor);
            foreach (Hit hit in ranking) scores[hit.Passage] = scores.GetValueOrDefault(hit.Passage) + (weight * (hit.Score - least) / width);
        }
    }
}
