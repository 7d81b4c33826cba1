using System.Globalization;
using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>What a judge is worth on passages of which it is known whether they are relevant: whether it tells them apart, and what else moves its scores.</summary>
/// <remarks>
/// On qrels the measure is people's; on a run's own seeds (relevant is the passage that the query was written from) it is biased as <see cref="JudgeCalibration"/> says. All intervals are
/// percentile bootstraps over queries on the same resamples, so that judges measured on the same queries can be compared.
/// </remarks>
public sealed record JudgeQuality
{
    /// <summary>Fewest measured queries for a vote, as in <see cref="JudgeCalibration"/>.</summary>
    public const int FewestQueries = JudgeCalibration.FewestQueries;

    private const int FewestForLength = 3; // of two passages the rank correlation is always 1 or -1

    /// <summary>The judge.</summary>
    public required string Judge { get; init; }

    /// <summary>
    /// P(a relevant passage scores above an irrelevant one), ties counted half, mean over queries that have both; in [0, 1], 0.5 is chance. Null with no such query. Where a query has
    /// <see cref="JudgedQuery.Orders"/>, it is measured on those: in the retriever's order a judge that only shuffles by place would be credited with what the retriever knew.
    /// </summary>
    public required BootstrapInterval? Auc { get; init; }

    /// <summary>Mean squared difference of the score as a probability and the truth, 0 or 1; the smaller the better, 0.25 for a judge that always says one half. Null for a judge that only ranks.</summary>
    public required BootstrapInterval? Brier { get; init; }

    /// <summary>
    /// Correlation of a passage's rank with its place in the input over a drawn order and its reverse, in [-1, 1]: above 0 the judge favours what it sees first. Each passage stands at a place
    /// and at its mirror, so a judge that ranks the same in both orders has exactly 0. Null where it was not looked into.
    /// </summary>
    public required BootstrapInterval? PositionBias { get; init; }

    /// <summary>
    /// Spearman's correlation of a query's scores in a drawn order and in its reverse, in [-1, 1]: 1 for a judge that ranks the same in both, near 0 or below for one that goes by place in any way, also where
    /// it favours neither end and <see cref="PositionBias"/> stays small. Null where it was not looked into.
    /// </summary>
    public required BootstrapInterval? OrderStability { get; init; }

    /// <summary>Spearman's correlation of score and length over the irrelevant passages of a query, in [-1, 1]: above 0 the judge favours long passages. Null with too few of them.</summary>
    public required BootstrapInterval? LengthBias { get; init; }

    /// <summary>Verdicts without a score, by reason.</summary>
    public required IReadOnlyDictionary<string, int> Failed { get; init; }

    /// <summary>Verdicts, those without a score included.</summary>
    public required int Verdicts { get; init; }

    /// <summary>Whether it tells relevant passages from others: the lower end of <see cref="Auc"/> is above 0.5, on enough queries.</summary>
    public bool CanTell => Auc is { Low: > 0.5, Queries: >= FewestQueries };

    /// <summary>Why it is excluded, in a sentence; empty for a judge that can tell.</summary>
    public string Excluded => CanTell ? "" : Auc is not { } auc ? $"The judge '{Judge}' is excluded: no query has a relevant and an irrelevant passage that it judged."
        : auc.Queries < FewestQueries ? string.Create(CultureInfo.InvariantCulture, $"The judge '{Judge}' is excluded: measured on {auc.Queries} queries, and {FewestQueries} are the fewest that mean something.")
        : string.Create(CultureInfo.InvariantCulture, $"The judge '{Judge}' is excluded: its AUC is {auc.Mean:F3} [{auc.Low:F3}, {auc.High:F3}], which is not above the 0.5 of chance.");

    /// <summary>Measures a judge.</summary>
    /// <param name="judge">Its name.</param>
    /// <param name="queries">What it said.</param>
    /// <param name="runSeed">The run's seed, for the bootstrap.</param>
    /// <param name="certain">The score that means certainly relevant: <see cref="JudgeDescription.Certain"/>; null for a judge that only ranks.</param>
    public static JudgeQuality Measure(string judge, IReadOnlyList<JudgedQuery> queries, long runSeed, double? certain = null)
    {
        ArgumentNullException.ThrowIfNull(queries);
        SortedDictionary<string, int> failed = new(StringComparer.Ordinal);
        foreach (string fault in queries.SelectMany(query => query.Samples).Select(sample => sample.Verdict.Fault).OfType<string>()) failed[fault] = failed.GetValueOrDefault(fault) + 1;
        return new JudgeQuality
        {
            Judge = judge,
            Auc = Over(queries.Select(AucOf), runSeed),
            Brier = certain is { } most ? Over(queries.Select(query => BrierOf(Scored(query.Samples), most)), runSeed) : null,
            PositionBias = Over(queries.Select(query => PositionOf(query.Orders)), runSeed),
            OrderStability = Over(queries.Select(query => StabilityOf(query.Orders)), runSeed),
            LengthBias = Over(queries.Select(query => LengthOf([.. Scored(query.Samples).Where(sample => !sample.Relevant)])), runSeed),
            Failed = failed,
            Verdicts = queries.Sum(query => query.Samples.Count),
        };
    }

    private static BootstrapInterval? Over(IEnumerable<double?> perQuery, long runSeed)
    {
        double[] values = [.. perQuery.OfType<double>()];
        if (values.Length == 0) return null;
        (double low, double high) = PercentileBootstrap.Interval(values, new UnitSeed(runSeed, "judge-quality", 0));
        return new BootstrapInterval(values.Average(), low, high, values.Length);
    }

    private static JudgedSample[] Scored(IReadOnlyList<JudgedSample> samples) => [.. samples.Where(sample => sample.Verdict.Score is not null)];

    private static double? AucOf(JudgedQuery query)
    {
        double[] each = [.. (query.Orders.Count > 0 ? query.Orders : [query.Samples]).Select(order => AucOf(Scored(order))).OfType<double>()];
        return each.Length == 0 ? null : each.Average();
    }

    private static double? AucOf(JudgedSample[] samples)
    {
        double[] relevant = [.. samples.Where(sample => sample.Relevant).Select(Score)], others = [.. samples.Where(sample => !sample.Relevant).Select(Score)];
        if (relevant.Length == 0 || others.Length == 0) return null;
        return relevant.Average(own => JudgeCalibration.ShareBelow(own, others));
    }

    private static double? BrierOf(JudgedSample[] samples, double certain) => samples.Length == 0 ? null
        : samples.Average(sample => Math.Pow((Score(sample) / certain) - (sample.Relevant ? 1 : 0), 2)); // Brier, Monthly Weather Review 1950

    // Ranks are taken within an order, so that the scale may shift from order to order.
    private static double? PositionOf(IReadOnlyList<IReadOnlyList<JudgedSample>> orders)
    {
        if (orders.Count == 0 || orders.Any(order => order.Count < 2 || order.Any(sample => sample.Verdict.Score is null))) return null;
        double[] ranks = [.. orders.SelectMany(order => RankCorrelation.Ranks([.. order.Select(Score)]))];
        double[] first = [.. orders.SelectMany(order => order.Select(sample => (double)-sample.Place))];
        return RankCorrelation.Pearson(ranks, first) ?? 0; // all equal: no place is favoured
    }

    // Of an order and its reverse: the passage at place i of one is at place n - 1 - i of the other.
    private static double? StabilityOf(IReadOnlyList<IReadOnlyList<JudgedSample>> orders)
    {
        if (orders.Count != 2 || orders.Any(order => order.Count < 2 || order.Any(sample => sample.Verdict.Score is null))) return null;
        return RankCorrelation.Spearman([.. orders[0].Select(Score)], [.. orders[1].Reverse().Select(Score)]);
    }

    private static double? LengthOf(JudgedSample[] irrelevant) => irrelevant.Length < FewestForLength ? null
        : RankCorrelation.Spearman([.. irrelevant.Select(Score)], [.. irrelevant.Select(sample => (double)sample.Words)]);

    private static double Score(JudgedSample sample) => sample.Verdict.Score!.Value; // not null: filtered before
}
