namespace R2Synth.Miners.Ranking;

/// <summary>Gecko's fusion of any number of judges: R(q, p) = sum over judges of weight / rank of p.</summary>
/// <remarks>2403.20327, section 3.2, with all weights 1; ranks from 1 and no constant added.</remarks>
internal static class ReciprocalRanks
{
    /// <summary>Fuses the scores of one query.</summary>
    /// <param name="scores">By judge, one a passage.</param>
    /// <param name="weights">One a judge.</param>
    /// <returns>One a passage.</returns>
    public static double[] Fuse(IReadOnlyList<IReadOnlyList<double>> scores, IReadOnlyList<double> weights)
    {
        double[] fused = new double[scores[0].Count];
        for (int judge = 0; judge < scores.Count; judge++)
        {
            int[] ranks = Of(scores[judge]);
            for (int i = 0; i < fused.Length; i++) fused[i] += weights[judge] / ranks[i]; // Gecko, section 3.2: R(q, p)
        }

        return fused;
    }

    /// <summary>Ranks from 1; equal scores take successive ranks in the input's order.</summary>
    public static int[] Of(IReadOnlyList<double> scores)
    {
        int[] ranks = new int[scores.Count];
        int rank = 0;
        foreach (int i in Enumerable.Range(0, scores.Count).OrderByDescending(i => scores[i])) ranks[i] = ++rank;
        return ranks;
    }
}
