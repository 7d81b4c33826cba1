using R2Synth.Records;

namespace R2Synth.Miners.Retrieval;

/// <summary>Fuses the rankings of several retrievers by reciprocal rank.</summary>
/// <remarks>Cormack, Clarke and Büttcher, SIGIR 2009, doi:10.1145/1571941.1572114. Not Gecko's fusion, which has no k: <see cref="Ranking.GeckoFusion"/>.</remarks>
public static class ReciprocalRankFusion
{
    /// <summary>The paper's k.</summary>
    public const int DefaultK = 60;

    /// <summary>Fuses rankings: score(p) = sum over rankings of 1 / (k + rank of p), ranks from 1; a ranking without p adds nothing.</summary>
    /// <param name="rankings">One per retriever, best first, a passage at most once in each. May be empty; scores in it are not read.</param>
    /// <param name="passages">The corpus that the hits point into.</param>
    /// <param name="k">Damping, at least 1; higher values let the top ranks count for less.</param>
    /// <returns>Every passage of any ranking by falling score, ties by ordinal docid; scores lie in (0, <c>rankings.Count / (k + 1)</c>].</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k"/> is below 1.</exception>
    public static IReadOnlyList<Hit> Fuse(IReadOnlyList<IReadOnlyList<Hit>> rankings, IReadOnlyList<Passage> passages, int k = DefaultK)
    {
        ArgumentNullException.ThrowIfNull(rankings);
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        Dictionary<int, double> scores = [];
        foreach (IReadOnlyList<Hit> ranking in rankings)
        {
            for (int i = 0; i < ranking.Count; i++)
            {
                int passage = ranking[i].Passage;
                scores[passage] = scores.GetValueOrDefault(passage) + (1.0 / (k + i + 1));
            }
        }

        return Ranked(scores, passages);
    }

    /// <summary>Hits by falling score, ties by ordinal docid.</summary>
    /// <param name="scores">Scores by passage.</param>
    /// <param name="passages">The corpus.</param>
    internal static Hit[] Ranked(IReadOnlyDictionary<int, double> scores, IReadOnlyList<Passage> passages)
    {
        Hit[] ranked = [.. scores.Select(s => new Hit(s.Key, s.Value))];
        Array.Sort(ranked, (a, b) => a.Score != b.Score
            ? b.Score.CompareTo(a.Score)
            : string.CompareOrdinal(passages.DocidAt(a.Passage), passages.DocidAt(b.Passage)));
        return ranked;
    }
}
