namespace R2Synth.Miners.Ranking;

/// <summary>The share of each label among all of them, or why there is none.</summary>
internal static class LabelWeights
{
    /// <summary>Softmax over the labels' log-probabilities: what they share with all other words is taken off.</summary>
    /// <param name="logProbabilities">One a label; minus infinity stands for a label that cannot come.</param>
    /// <returns>Shares that sum to 1, or a fault: labels of equal weight tell nothing, which is what a server gives that lists none of them.</returns>
    public static (double[]? Shares, string? Fault) Of(IReadOnlyList<double> logProbabilities)
    {
        if (logProbabilities.Any(double.IsNaN) || logProbabilities.Any(double.IsPositiveInfinity)) return (null, JudgeFaults.NotANumber);
        if (logProbabilities.Distinct().Count() < 2) return (null, JudgeFaults.NoLabel);
        double most = logProbabilities.Max();
        double[] weights = [.. logProbabilities.Select(value => Math.Exp(value - most))];
        double sum = weights.Sum();
        return ([.. weights.Select(weight => weight / sum)], null);
    }
}
