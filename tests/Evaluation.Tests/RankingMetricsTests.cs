namespace R2Synth.Evaluation.Tests;

public class RankingMetricsTests
{
    private static readonly Dictionary<string, int> Grades = new() { ["a"] = 3, ["b"] = 1, ["c"] = 0, ["d"] = 2, ["e"] = -1 };

    [Fact]
    public void Ndcg_takes_linear_gain_and_the_ideal_from_all_judgments()
    {
        // Ranking c b x a: 1/log2(3) + 3/log2(5); ideal 3 + 2/log2(3) + 1/log2(4).
        double dcg = (1 / Math.Log2(3)) + (3 / Math.Log2(5));
        double ideal = 3 + (2 / Math.Log2(3)) + 0.5;
        Assert.Equal(dcg / ideal, RankingMetrics.Ndcg(Ranking("c", "b", "x", "a"), Grades, 10), 12);
    }

    [Fact]
    public void Ndcg_of_the_ideal_order_is_one_also_when_cut() =>
        Assert.Equal(1, RankingMetrics.Ndcg(Ranking("a", "d", "c"), Grades, 2), 12);

    [Fact]
    public void Ndcg_negative_grade_counts_as_zero() =>
        Assert.Equal(0, RankingMetrics.Ndcg(Ranking("e"), Grades, 10));

    [Fact]
    public void ReciprocalRank_stops_at_the_depth()
    {
        Assert.Equal(0.5, RankingMetrics.ReciprocalRank(Ranking("c", "b", "a"), Grades, 10));
        Assert.Equal(0, RankingMetrics.ReciprocalRank(Ranking("c", "x", "a"), Grades, 2));
    }

    [Fact]
    public void Recall_divides_by_all_relevant() =>
        Assert.Equal(2.0 / 3, RankingMetrics.Recall(Ranking("c", "b", "x", "a", "d"), Grades, 4), 12);

    [Fact]
    public void AveragePrecision_counts_what_was_not_found() =>
        // Relevant at ranks 2 and 4 of three: (1/2 + 2/4) / 3.
        Assert.Equal(1.0 / 3, RankingMetrics.AveragePrecision(Ranking("c", "b", "x", "a"), Grades), 12);

    [Fact]
    public void Accuracy_asks_for_one_relevant_passage()
    {
        Assert.Equal(1, RankingMetrics.Accuracy(Ranking("c", "b"), Grades, 2));
        Assert.Equal(0, RankingMetrics.Accuracy(Ranking("c", "b"), Grades, 1));
    }

    [Fact]
    public void Every_metric_is_zero_where_nothing_is_relevant()
    {
        Dictionary<string, int> none = new() { ["a"] = 0 };
        Assert.All(
            new[]
            {
                RankingMetrics.Ndcg(Ranking("a"), none, 10), RankingMetrics.ReciprocalRank(Ranking("a"), none, 10), RankingMetrics.Recall(Ranking("a"), none, 100),
                RankingMetrics.AveragePrecision(Ranking("a"), none), RankingMetrics.Accuracy(Ranking("a"), none, 10),
            },
            value => Assert.Equal(0, value));
    }

    private static RunEntry[] Ranking(params string[] docids) => [.. docids.Select((d, i) => new RunEntry(d, -i))];
}
