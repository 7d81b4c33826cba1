namespace R2Synth.Miners.Ranking;

/// <summary>Makes one ranking of several.</summary>
internal static class RankCombination
{
    /// <summary>Combines verdicts on the same passages.</summary>
    /// <param name="verdicts">By judge, one a passage.</param>
    /// <param name="combination">How.</param>
    /// <param name="weights">One a judge.</param>
    /// <returns>A verdict a passage; the first judge's fault where one failed. Ranks are counted among the passages that all judged.</returns>
    public static IReadOnlyList<JudgeVerdict> Of(IReadOnlyList<IReadOnlyList<JudgeVerdict>> verdicts, Combination combination, IReadOnlyList<double> weights)
    {
        string?[] faults = [.. Enumerable.Range(0, verdicts[0].Count).Select(i => verdicts.Select(judge => judge[i].Fault).FirstOrDefault(fault => fault is not null))];
        int[] judged = [.. Enumerable.Range(0, faults.Length).Where(i => faults[i] is null)];
        IReadOnlyList<double>[] scores = [.. verdicts.Select(judge => (IReadOnlyList<double>)[.. judged.Select(i => judge[i].Score!.Value)])]; // no fault, so a score
        double[] combined;
        if (combination == Combination.ReciprocalRank)
        {
            combined = ReciprocalRanks.Fuse(scores, weights);
        }
        else
        {
            int[][] ranks = [.. scores.Select(ReciprocalRanks.Of)];
            combined = [.. Enumerable.Range(0, judged.Length).Select(i => combination == Combination.Intersection
                ? -ranks.Max(judge => judge[i])
                : -ranks.Select((judge, j) => judge[i] * weights[j]).Sum() / weights.Sum())];
        }

        JudgeVerdict[] result = [.. faults.Select(fault => fault is null ? default : JudgeVerdict.Failed(fault))];
        for (int i = 0; i < judged.Length; i++) result[judged[i]] = JudgeVerdict.Of(combined[i]);
        return result;
    }
}
