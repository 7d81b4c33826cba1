using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>Gecko's fusion of two judges by reciprocal rank: R(q, p) = 1 / r_QL(q, p) + 1 / r_RC(q, p).</summary>
/// <remarks>
/// 2403.20327, section 3.2; ranks from 1 and no constant added, unlike <see cref="Retrieval.ReciprocalRankFusion"/>. Ours: a judge that has no vote is replaced
/// by the retriever (R = 1 / r_QL + 1 / r_RRF where RC is out), and with no judge left the retriever's order stands (R = 1 / r_RRF). Each term is multiplied by its
/// weight, 1 in the paper.
/// </remarks>
public static class GeckoFusion
{
    /// <summary>Ranks the candidates of one query.</summary>
    /// <param name="candidates">In any order, a passage at most once; may be empty.</param>
    /// <param name="voters">The judges that count.</param>
    /// <param name="passages">The corpus that the candidates point into.</param>
    /// <returns>
    /// All of them by falling <see cref="RankedCandidate.Fused"/>, ties by the retriever's rank, then by ordinal docid. Within a voter equal scores take
    /// successive ranks in that same order; the retriever's ranks are counted among the candidates, from 1.
    /// </returns>
    public static IReadOnlyList<RankedCandidate> Fuse(IReadOnlyList<JudgedCandidate> candidates, Voters voters, IReadOnlyList<Passage> passages)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        ArgumentNullException.ThrowIfNull(passages);
        JudgedCandidate[] retrieved = [.. candidates
            .OrderBy(c => c.Candidate.RetrieverRank)
            .ThenBy(c => passages[c.Candidate.Passage].Docid, StringComparer.Ordinal)];
        List<(IReadOnlyList<double> Scores, double Weight)> rankings = [];
        if (voters.Ql) rankings.Add(([.. retrieved.Select(c => c.Score.Ql)], voters.QlWeight));
        if (voters.Rc) rankings.Add(([.. retrieved.Select(c => c.Score.Rc)], voters.RcWeight));
        if (!voters.Ql || !voters.Rc) rankings.Add(([.. retrieved.Select((_, i) => (double)-i)], voters.RetrieverWeight)); // r_RRF
        double[] fused = ReciprocalRanks.Fuse([.. rankings.Select(ranking => ranking.Scores)], [.. rankings.Select(ranking => ranking.Weight)]);

        // OrderBy is stable, so what ties stays in the retriever's order.
        return [.. Enumerable.Range(0, fused.Length).OrderByDescending(i => fused[i]).Select((i, place) => new RankedCandidate
        {
            Candidate = retrieved[i].Candidate,
            Score = retrieved[i].Score,
            Fused = fused[i],
            Rank = place + 1,
        })];
    }
}
