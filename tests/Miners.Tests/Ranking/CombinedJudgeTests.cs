using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Ranking;

public class CombinedJudgeTests
{
    [Fact]
    public void Kappa_is_that_computed_by_hand()
    {
        // 50 passages: agreed 35 / 50 = 0.7; by chance 25/50 x 30/50 + 25/50 x 20/50 = 0.5; (0.7 - 0.5) / (1 - 0.5) = 0.4.
        Assert.Equal(0.4, new JudgeAgreement { First = "a", Second = "b", Both = 20, OnlyFirst = 5, OnlySecond = 10, Neither = 15 }.Kappa!.Value, 12);
        Assert.Equal(1, new JudgeAgreement { First = "a", Second = "b", Both = 3, OnlyFirst = 0, OnlySecond = 0, Neither = 4 }.Kappa);
        Assert.Null(new JudgeAgreement { First = "a", Second = "b", Both = 9, OnlyFirst = 0, OnlySecond = 0, Neither = 0 }.Kappa);
        Assert.Null(new JudgeAgreement { First = "a", Second = "b", Both = 0, OnlyFirst = 0, OnlySecond = 0, Neither = 0 }.Kappa);
        Assert.True(new JudgeAgreement { First = "a", Second = "b", Both = 1, OnlyFirst = 5, OnlySecond = 5, Neither = 1 }.Kappa < 0);
    }

    [Theory]
    [InlineData(true, 1 - (3.0 / 7))] // squared distances: seen 3; by chance 5/3 + 2 + 10/3 = 7
    [InlineData(false, 1 - (3.0 / 5))] // distances: seen 3; by chance 1 + 2 + 2 = 5
    public void Weighted_kappa_is_that_computed_by_hand(bool quadratic, double expected)
    {
        Assert.Equal(expected, JudgeAgreement.WeightedKappa([0, 0, 1, 1, 2, 2], [0, 1, 1, 2, 2, 1], 3, quadratic)!.Value, 12);
        Assert.Equal(1, JudgeAgreement.WeightedKappa([0, 3, 2], [0, 3, 2], 4, quadratic));
        Assert.Null(JudgeAgreement.WeightedKappa([2, 2], [2, 2], 4, quadratic));
        Assert.Throws<ArgumentException>(() => JudgeAgreement.WeightedKappa([0], [3], 3, quadratic));
        Assert.Throws<ArgumentException>(() => JudgeAgreement.WeightedKappa([0], [0, 1], 3, quadratic));
    }

    // Ranks 1 3 2 4 and 4 1 2 3.
    [Theory]
    [InlineData(Combination.ReciprocalRank, new[] { 1 + (1.0 / 4), (1.0 / 3) + 1, (1.0 / 2) + (1.0 / 2), (1.0 / 4) + (1.0 / 3) })]
    [InlineData(Combination.MeanRank, new[] { -2.5, -2.0, -2.0, -3.5 })]
    [InlineData(Combination.Intersection, new[] { -4.0, -3.0, -2.0, -4.0 })]
    public async Task Rankings_become_one(Combination combination, double[] expected)
    {
        CombinedJudge judge = new([Fixed("a", 9, 7, 8, 6), Fixed("b", 0.1, 0.9, 0.8, 0.7)], combination);
        Assert.Equal("a+b", judge.Name);
        Assert.Equal(expected, (await judge.JudgeAsync("q", KnownWorth.Passages(1, 2, 3, 4))).Select(verdict => verdict.Score!.Value));
        Assert.Equal(new JudgeCost(8, 8), judge.Cost(4));
    }

    [Fact]
    public async Task Weights_weigh_the_reciprocal_ranks()
    {
        CombinedJudge judge = new([Fixed("a", 2, 1), Fixed("b", 1, 2)], weights: [0.5, 0.25]);
        Assert.Equal([0.5 + 0.125, 0.25 + 0.25], (await judge.JudgeAsync("q", KnownWorth.Passages(1, 2))).Select(verdict => verdict.Score!.Value));
    }

    [Fact]
    public async Task What_one_could_not_judge_is_not_judged_and_takes_no_rank()
    {
        CombinedJudge judge = new([Fixed("a", 3, double.NaN, 1), Fixed("b", 1, 3, 2)]);
        IReadOnlyList<JudgeVerdict> verdicts = await judge.JudgeAsync("q", KnownWorth.Passages(1, 2, 3));
        Assert.Equal("broken", verdicts[1].Fault);
        Assert.Equal([1.5, 1.5], new[] { verdicts[0].Score!.Value, verdicts[2].Score!.Value });
    }

    [Fact]
    public async Task A_verdict_keeps_the_scores_that_it_was_made_of()
    {
        IReadOnlyList<JudgeVerdict> verdicts = await new CombinedJudge([Fixed("a", 3, double.NaN), Fixed("b", 1, 2)]).JudgeAsync("q", KnownWorth.Passages(1, 2));
        Assert.Equal([new("a", 3), new("b", 1), new("a+b", 2)], verdicts[0].ScoresOf("a+b"));
        Assert.Equal([new("b", 2)], verdicts[1].ScoresOf("a+b"));
        Assert.Equal([new("c", 4)], JudgeVerdict.Of(4).ScoresOf("c"));
        Assert.Empty(JudgeVerdict.Failed("broken").ScoresOf("c"));
    }

    [Fact]
    public void Agreement_is_on_what_is_relevant_where_both_have_a_threshold()
    {
        JudgeAgreements agreements = new([("a", 0.5), ("b", 1.5)]);
        for (int query = 0; query < 10; query++) agreements.Add([[0.9, 0.2, 0.8, 0.1], [2, 2, null, 0]]);
        JudgeAgreement agreement = Assert.Single(agreements.Read());
        Assert.Equal(new JudgeAgreement { First = "a", Second = "b", Both = 10, OnlyFirst = 0, OnlySecond = 10, Neither = 10 }, agreement);
        Assert.Equal(0.4, agreement.Kappa!.Value, 12); // agreed 2/3; by chance 1/3 x 2/3 + 2/3 x 1/3 = 4/9; (6/9 - 4/9) / (5/9)
    }

    [Fact]
    public void Agreement_is_on_the_best_where_one_only_ranks()
    {
        JudgeAgreements agreements = new([("a", 0.5), ("b", null), ("c", null)]);
        agreements.Add([[0.9, 0.7, 0.1, 0.2], [-3, -1, -2, -4], [5, 5, 1, 1]]); // of equal ones the first
        agreements.Add([[0.1, 0.9, null, 0.2], [-3, -1, 0, -4], [0, 1, 2, null]]); // what one could not judge does not count for the two
        agreements.Add([[0.1, null], [1, 2], [null, 1]]); // of one passage there is no best
        Assert.Equal(
            [
                new JudgeAgreement { First = "a", Second = "b", OnBest = true, Both = 1, OnlyFirst = 1, OnlySecond = 1, Neither = 4 },
                new JudgeAgreement { First = "a", Second = "c", OnBest = true, Both = 2, OnlyFirst = 0, OnlySecond = 0, Neither = 4 },
                new JudgeAgreement { First = "b", Second = "c", OnBest = true, Both = 1, OnlyFirst = 1, OnlySecond = 1, Neither = 4 },
            ],
            agreements.Read());
        Assert.Empty(new JudgeAgreements([("a", null)]).Read());
    }

    [Fact]
    public void Misuse_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new CombinedJudge([Fixed("a")]));
        Assert.Throws<ArgumentException>(() => new CombinedJudge([Fixed("a"), Fixed("b")], weights: [1]));
        Assert.Throws<ArgumentException>(() => new CombinedJudge([Fixed("a"), Fixed("b")], weights: [1, 0]));
    }

    private static FixedJudge Fixed(string name, params double[] scores) => new(name, scores);

    private sealed class FixedJudge(string name, double[] scores) : IPassageJudge
    {
        public string Name => name;

        public JudgeCost Cost(int passages) => new(passages, passages);

        public Task<IReadOnlyList<JudgeVerdict>> JudgeAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<JudgeVerdict>>([.. scores.Select(score => double.IsNaN(score) ? JudgeVerdict.Failed("broken") : JudgeVerdict.Of(score))]);
    }
}
