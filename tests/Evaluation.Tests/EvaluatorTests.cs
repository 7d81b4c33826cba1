namespace R2Synth.Evaluation.Tests;

public class EvaluatorTests
{
    [Fact]
    public void A_judged_query_that_the_run_lacks_counts_zero_and_an_unjudged_one_is_ignored()
    {
        Qrels qrels = new([("q1", "a", 1), ("q2", "b", 1)]);
        TrecRun run = new([("q1", "a", 2.0), ("q1", "b", 1.0), ("q3", "a", 1.0)]);
        EvaluationResult result = Evaluator.Evaluate(run, qrels);
        Assert.Equal(["q1", "q2"], result.Queries);
        Assert.All(Evaluator.MetricNames, m => Assert.Equal(0.5, result.Mean(m)));
        Assert.Equal([1.0, 0.0], result.PerQuery["map"]);
    }

    [Fact]
    public void Without_judgments_every_mean_is_zero() =>
        Assert.All(Evaluator.MetricNames, m => Assert.Equal(0, Evaluator.Evaluate(new TrecRun([]), new Qrels([])).Mean(m)));
}
