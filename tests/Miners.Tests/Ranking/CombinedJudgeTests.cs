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
    public async Task Agreement_is_counted_over_all_queries_whatever_their_order()
    {
        CombinedJudge judge = new([Fixed("a", 0.9, 0.2, 0.8, 0.1), Fixed("b", 2, 2, double.NaN, 0)], thresholds: [0.5, 1.5]);
        await Task.WhenAll(Enumerable.Range(0, 10).Select(i => judge.JudgeAsync($"q{i}", KnownWorth.Passages(1, 2, 3, 4))));
        JudgeAgreement agreement = Assert.Single(judge.Agreements);
        Assert.Equal(new JudgeAgreement { First = "a", Second = "b", Both = 10, OnlyFirst = 0, OnlySecond = 10, Neither = 10 }, agreement);
        Assert.Equal(0.4, agreement.Kappa!.Value, 12); // agreed 2/3; by chance 1/3 x 2/3 + 2/3 x 1/3 = 4/9; (6/9 - 4/9) / (5/9)
    }

    [Fact]
    public async Task The_catalogues_judges_bring_their_own_thresholds()
    {
        JudgeModels models = new() { Scorer = KnownWorth.Scorer() };
        CombinedJudge two = new([KnownWorth.Judge(JudgeNames.YesNo, models), KnownWorth.Judge(JudgeNames.Graded, models), KnownWorth.Judge(JudgeNames.Likelihood, models)]);
        await two.JudgeAsync("q", KnownWorth.Passages(1, 2));
        Assert.Equal((JudgeNames.YesNo, JudgeNames.Graded, 2L), (two.Agreements.Single().First, two.Agreements[0].Second, two.Agreements[0].Passages));
    }

    [Fact]
    public void Misuse_is_refused()
    {
        Assert.Throws<ArgumentException>(() => new CombinedJudge([Fixed("a")]));
        Assert.Throws<ArgumentException>(() => new CombinedJudge([Fixed("a"), Fixed("b")], weights: [1]));
        Assert.Throws<ArgumentException>(() => new CombinedJudge([Fixed("a"), Fixed("b")], weights: [1, 0]));
        Assert.Throws<ArgumentException>(() => new CombinedJudge([Fixed("a"), Fixed("b")], thresholds: [1]));
    }

    [Fact]
    public async Task Measured_weights_are_opt_in_and_a_judge_that_cannot_tell_has_none()
    {
        JudgeQuality cannot = JudgeQuality.Measure(JudgeNames.YesNo, [], 1), can = Good(JudgeNames.Likelihood);
        JudgeModels models = new() { Scorer = KnownWorth.Scorer() };
        IPassageJudge Make(JudgeWeighting weights, params JudgeQuality[] qualities) =>
            Judges.Create(JudgeNames.Gecko, models, RepositoryFiles.Prompts, new JudgesOptions { Weights = weights }, 50, null, qualities);
        async Task<double[]> Of(IPassageJudge judge) => [.. (await judge.JudgeAsync("q", KnownWorth.Passages(2, 1))).Select(verdict => verdict.Score!.Value)];
        Assert.Equal((double[])[2, 1], await Of(Make(JudgeWeighting.Equal, cannot, can)));
        Assert.Equal((double[])[1, 0.5], await Of(Make(JudgeWeighting.ByWorth, cannot, can)));
        Assert.Contains("neither of the judges", Assert.Throws<InputException>(() => Make(JudgeWeighting.ByWorth, cannot, JudgeQuality.Measure(JudgeNames.Likelihood, [], 1))).Message, StringComparison.Ordinal);
    }

    private static JudgeQuality Good(string name) => JudgeQuality.Measure(
        name, [.. Enumerable.Repeat(new JudgedQuery { Samples = [new(JudgeVerdict.Of(2), true, 0, 1), new(JudgeVerdict.Of(1), false, 1, 1)] }, 10)], 1);

    private static FixedJudge Fixed(string name, params double[] scores) => new(name, scores);

    private sealed class FixedJudge(string name, double[] scores) : IPassageJudge
    {
        public string Name => name;

        public JudgeCost Cost(int passages) => new(passages, passages);

        public Task<IReadOnlyList<JudgeVerdict>> JudgeAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<JudgeVerdict>>([.. scores.Select(score => double.IsNaN(score) ? JudgeVerdict.Failed("broken") : JudgeVerdict.Of(score))]);
    }
}
