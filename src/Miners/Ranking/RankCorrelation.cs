namespace R2Synth.Miners.Ranking;

/// <summary>Correlation of ranks.</summary>
internal static class RankCorrelation
{
    /// <summary>Spearman's rho: Pearson's correlation of the ranks, equal values sharing the mean of theirs; null where one side is all equal.</summary>
    public static double? Spearman(double[] first, double[] second) => Pearson(Ranks(first), Ranks(second));

    /// <summary>Pearson's correlation; null where one side is all equal.</summary>
    public static double? Pearson(double[] first, double[] second)
    {
        double meanFirst = first.Average(), meanSecond = second.Average(), both = 0, varianceFirst = 0, varianceSecond = 0;
        for (int i = 0; i < first.Length; i++)
        {
            double a = first[i] - meanFirst, b = second[i] - meanSecond;
            both += a * b;
            varianceFirst += a * a;
            varianceSecond += b * b;
        }

        return varianceFirst > 0 && varianceSecond > 0 ? both / Math.Sqrt(varianceFirst * varianceSecond) : null;
    }

    /// <summary>Ranks from 1 for the smallest; equal values share the mean of theirs.</summary>
    public static double[] Ranks(double[] values)
    {
        int[] order = [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i])];
        double[] ranks = new double[values.Length];
        for (int begin = 0, end; begin < order.Length; begin = end)
        {
            for (end = begin + 1; end < order.Length && values[order[end]] == values[order[begin]]; end++)
            {
            }

            for (int i = begin; i < end; i++) ranks[order[i]] = (begin + 1 + end) / 2.0; // the mean of begin + 1 to end
        }

        return ranks;
    }
}
