namespace R2Synth.Evaluation;

/// <summary>What a run scored.</summary>
public sealed record EvaluationResult
{
    /// <summary>The judged queries by ordinal id.</summary>
    public required IReadOnlyList<string> Queries { get; init; }

    /// <summary>For each metric one value a query, in the order of <see cref="Queries"/>; what a confidence interval is made from.</summary>
    public required IReadOnlyDictionary<string, IReadOnlyList<double>> PerQuery { get; init; }

    /// <summary>Mean of a metric over all judged queries; 0 where there are none.</summary>
    /// <param name="metric">One of <see cref="Evaluator.MetricNames"/>.</param>
    /// <exception cref="KeyNotFoundException">There is no such metric.</exception>
    public double Mean(string metric) => PerQuery[metric].DefaultIfEmpty().Average();
}
