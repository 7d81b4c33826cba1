using R2Synth.Miners.Ranking;
using R2Synth.Miners.Retrieval;

namespace R2Synth.Pipeline.Mining;

/// <summary>The order of a query's candidates: judged ones by their score, the others behind them as they were retrieved.</summary>
internal static class MineRanking
{
    /// <summary>Ranks candidates.</summary>
    /// <param name="candidates">By rising rank of the retrievers.</param>
    /// <param name="verdicts">A judge's verdicts by place among the candidates; empty without a judge.</param>
    /// <returns>Ranks from 1. A candidate that the judge failed on is left out: a failure is no verdict, so it can be neither positive nor negative.</returns>
    public static IReadOnlyList<RankedCandidate> Of(IReadOnlyList<Candidate> candidates, IReadOnlyDictionary<int, JudgeVerdict> verdicts)
    {
        int[] order = [.. Enumerable.Range(0, candidates.Count).Where(i => !verdicts.TryGetValue(i, out JudgeVerdict verdict) || verdict.Score is not null)
            .OrderByDescending(i => verdicts.TryGetValue(i, out JudgeVerdict verdict) ? verdict.Score : double.NegativeInfinity)]; // stable: ties as retrieved
        return [.. order.Select((i, place) => new RankedCandidate
        {
            Candidate = candidates[i],
            // The judge's one score stands for either of Gecko's, for a margin or a floor.
            Score = verdicts.TryGetValue(i, out JudgeVerdict verdict) && verdict.Score is double score ? new JudgeScore(score, score) : new JudgeScore(JudgeScore.LowestRc, JudgeScore.LowestRc),
            Fused = candidates[i].Rrf,
            Rank = verdicts.Count == 0 ? candidates[i].RetrieverRank : place + 1,
        })];
    }

    /// <summary>The judge's verdict on a candidate; null where it was not judged.</summary>
    public static JudgeVerdict? VerdictOf(FoundQuery found, Candidate candidate)
    {
        foreach ((int place, JudgeVerdict verdict) in found.Verdicts)
            if (found.Found.Candidates[place].Passage == candidate.Passage) return verdict;
        return null;
    }
}
