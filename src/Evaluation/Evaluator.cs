namespace R2Synth.Evaluation;

/// <summary>Measures a run against judgments, as trec_eval with <c>-c</c>.</summary>
public static class Evaluator
{
    /// <summary>The metrics that <see cref="Evaluate"/> gives, by their usual names.</summary>
    public static IReadOnlyList<string> MetricNames { get; } = ["ndcg@10", "mrr@10", "recall@100", "map", "accuracy@1", "accuracy@5", "accuracy@20", "accuracy@100"];

    /// <summary>Measures a run.</summary>
    /// <param name="run">The rankings; queries without a judgment are ignored.</param>
    /// <param name="qrels">The judgments; a judged query that the run lacks counts 0.</param>
    public static EvaluationResult Evaluate(TrecRun run, Qrels qrels)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(qrels);
        IReadOnlyList<string> queries = qrels.Queries;
        Dictionary<string, IReadOnlyList<double>> perQuery = new(StringComparer.Ordinal);
        foreach (string name in MetricNames)
        {
            perQuery[name] = [.. queries.Select(q => Measure(name, run.Of(q), qrels.Of(q)))];
        }

        return new EvaluationResult { Queries = queries, PerQuery = perQuery };
    }

    private static double Measure(string name, IReadOnlyList<RunEntry> ranking, IReadOnlyDictionary<string, int> grades) => name switch
    {
        "ndcg@10" => RankingMetrics.Ndcg(ranking, grades, 10),
        "mrr@10" => RankingMetrics.ReciprocalRank(ranking, grades, 10),
        "recall@100" => RankingMetrics.Recall(ranking, grades, 100),
        "map" => RankingMetrics.AveragePrecision(ranking, grades),
        "accuracy@1" => RankingMetrics.Accuracy(ranking, grades, 1),
        "accuracy@5" => RankingMetrics.Accuracy(ranking, grades, 5),
        "accuracy@20" => RankingMetrics.Accuracy(ranking, grades, 20),
        "accuracy@100" => RankingMetrics.Accuracy(ranking, grades, 100),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such metric."),
    };
}
