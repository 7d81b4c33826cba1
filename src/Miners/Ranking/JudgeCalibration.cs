using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>Measures a judge before it votes: does it tell the passage that a query was written from from others?</summary>
/// <remarks>
/// A small model's query likelihood ranks well while its yes/no answer is worse than chance, and fusing such a judge costs more than it brings, so each
/// judge must show its worth on the run's own groups. The measure is biased in the judge's favour: the query was written from the seed, by the same model
/// in the default set-up, and may have been picked among several draws by its likelihood given the seed, which flatters query likelihood most. And a
/// retrieved passage can be as good an answer as the seed, which pulls the AUC down. So it can tell a useless judge from a useful one; it cannot say
/// which of two good ones is better, nor how good either is against people.
/// </remarks>
public static class JudgeCalibration
{
    /// <summary>Fewest measured queries for a vote: with less the interval means nothing.</summary>
    public const int FewestQueries = 8;

    /// <summary>Measures both judges, and the retriever for comparison.</summary>
    /// <param name="queries">One entry a query; one that lacks retrieved or random passages is left out.</param>
    /// <param name="runSeed">The run's seed, for the bootstrap.</param>
    /// <returns>
    /// <c>ql</c>, <c>rc</c>, <c>rrf</c>, in this order; the last never votes. A judge votes when the lower ends of both intervals are above 0.5 and at
    /// least <see cref="FewestQueries"/> queries were measured. With none measured, 0.5 in [0, 1].
    /// </returns>
    public static IReadOnlyList<JudgeVote> Measure(IReadOnlyList<CalibrationQuery> queries, long runSeed)
    {
        ArgumentNullException.ThrowIfNull(queries);
        CalibrationQuery[] measured = [.. queries.Where(q => q.Retrieved.Count > 0 && q.Random.Count > 0)];
        return
        [
            Vote(ScoreNames.Ql, measured, s => s.Ql, runSeed, isVoter: true),
            Vote(ScoreNames.Rc, measured, s => s.Rc, runSeed, isVoter: true),
            Vote(ScoreNames.Rrf, measured, s => s.Rrf, runSeed, isVoter: false),
        ];
    }

    private static JudgeVote Vote(string judge, CalibrationQuery[] queries, Func<PassageScores, double> score, long runSeed, bool isVoter)
    {
        var retrieved = Auc([.. queries.Select(q => ShareBelow(score(q.Seed), q.Retrieved.Select(score)))], runSeed);
        var random = Auc([.. queries.Select(q => ShareBelow(score(q.Seed), q.Random.Select(score)))], runSeed);
        return new JudgeVote
        {
            Judge = judge,
            AucRetrieved = retrieved.Mean,
            AucRetrievedLow = retrieved.Low,
            AucRetrievedHigh = retrieved.High,
            AucRandom = random.Mean,
            AucRandomLow = random.Low,
            AucRandomHigh = random.High,
            Queries = queries.Length,
            Votes = isVoter && queries.Length >= FewestQueries && retrieved.Low > 0.5 && random.Low > 0.5,
        };
    }

    // The same stream each time, so that all judges are measured on the same resamples of queries.
    private static (double Mean, double Low, double High) Auc(double[] shares, long runSeed)
    {
        if (shares.Length == 0)
        {
            return (0.5, 0, 1);
        }

        (double low, double high) = PercentileBootstrap.Interval(shares, new UnitSeed(runSeed, "judge-calibration", 0));
        return (shares.Average(), low, high);
    }

    /// <summary>The share of scores below one, ties counted half: what an AUC is the mean of.</summary>
    /// <param name="own">The score.</param>
    /// <param name="others">The scores that it is held against; at least one.</param>
    internal static double ShareBelow(double own, IEnumerable<double> others) => others.Average(other => other < own ? 1.0 : other == own ? 0.5 : 0);
}
