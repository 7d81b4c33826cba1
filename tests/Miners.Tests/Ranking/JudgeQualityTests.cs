using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Ranking;

public class JudgeQualityTests
{
    private static JudgedQuery Query(params (double Score, bool Relevant, int Words)[] samples) =>
        new() { Samples = [.. samples.Select((one, i) => new JudgedSample(JudgeVerdict.Of(one.Score), one.Relevant, i, one.Words))] };

    [Fact]
    public void Auc_and_brier_are_those_computed_by_hand()
    {
        // AUC: 0.8 above both of 0.8 (half), 0.1: 0.75. Brier: (0.04 + 0.64 + 0.01) / 3 = 0.23. The second query: 1 and ((0 + 0) / 2 =) 0.
        JudgeQuality quality = JudgeQuality.Measure("j", [Query((0.8, true, 1), (0.8, false, 1), (0.1, false, 1)), Query((1, true, 1), (0, false, 1))], 1, certain: 1);
        Assert.Equal((0.875, 2), (quality.Auc!.Value.Mean, quality.Auc.Value.Queries));
        Assert.Equal(0.115, quality.Brier!.Value.Mean, 12);
        Assert.Null(quality.PositionBias);
        Assert.Null(JudgeQuality.Measure("j", [Query((0.8, true, 1), (0.1, false, 1))], 1).Brier);
        Assert.Equal(0.115, JudgeQuality.Measure("j", [Query((2.4, true, 1), (2.4, false, 1), (0.3, false, 1)), Query((3, true, 1), (0, false, 1))], 1, certain: 3).Brier!.Value.Mean, 12);
    }

    [Fact]
    public void A_judge_that_cannot_tell_is_excluded_and_named()
    {
        JudgedQuery blind = Query((1, true, 1), (1, false, 1));
        JudgeQuality coin = JudgeQuality.Measure("coin", [.. Enumerable.Repeat(blind, 50)], 1);
        Assert.False(coin.CanTell);
        Assert.Equal("The judge 'coin' is excluded: its AUC is 0.500 [0.500, 0.500], which is not above the 0.5 of chance.", coin.Excluded);
        Assert.Equal("The judge 'few' is excluded: measured on 7 queries, and 8 are the fewest that mean something.", JudgeQuality.Measure("few", [.. Enumerable.Repeat(Query((2, true, 1), (1, false, 1)), 7)], 1).Excluded);
        Assert.Equal("The judge 'none' is excluded: no query has a relevant and an irrelevant passage that it judged.", JudgeQuality.Measure("none", [Query((2, true, 1))], 1).Excluded);
        JudgeQuality good = JudgeQuality.Measure("good", [.. Enumerable.Repeat(Query((2, true, 1), (1, false, 1), (3, false, 1), (0, false, 1), (0, false, 1)), 20)], 1);
        Assert.Equal((true, ""), (good.CanTell, good.Excluded)); // AUC 3 of 4
        Assert.Equal(0.5, JudgeVote.From(good, VoterChoice.Earned, "").Worth);
    }

    [Fact]
    public void Failures_are_counted_and_are_no_scores()
    {
        JudgedQuery query = new() { Samples = [new(JudgeVerdict.Of(2), true, 0, 1), new(JudgeVerdict.Failed("x"), false, 1, 1), new(JudgeVerdict.Of(1), false, 2, 1), new(JudgeVerdict.Failed("x"), true, 3, 1)] };
        JudgeQuality quality = JudgeQuality.Measure("j", [query], 1, 1);
        Assert.Equal((1.0, 4, 2), (quality.Auc!.Value.Mean, quality.Verdicts, quality.Failed["x"]));
        Assert.Equal(1, quality.Brier!.Value.Mean); // (2 - 1)^2 and (1 - 0)^2: the failed ones are left out
    }

    [Theory]
    [InlineData(1, 1.0)]
    [InlineData(-1, -1.0)]
    [InlineData(0, 0.0)]
    public async Task Position_bias_is_1_for_a_judge_that_only_looks_at_the_place_and_0_for_one_that_never_does(int preference, double expected)
    {
        Placed judge = new(preference);
        List<JudgedQuery> queries = [];
        for (int i = 0; i < 10; i++)
            queries.Add(await JudgeTrial.RunAsync(judge, "q", KnownWorth.Shuffled(6, i), [true, false, false, false, false, false], new UnitSeed(1, "order", i)));
        JudgeQuality quality = JudgeQuality.Measure("j", queries, 1);
        Assert.Equal(expected, quality.PositionBias!.Value.Mean, 12);
        Assert.Equal(30, judge.Asked);
        Assert.Equal(2, queries[0].Orders.Count);
        Assert.Equal(queries[0].Orders[0].Select(sample => sample.Relevant), queries[0].Orders[1].Select(sample => sample.Relevant).Reverse());
    }

    [Fact]
    public async Task A_judge_that_shuffles_by_place_inherits_nothing_from_the_retriever()
    {
        // Rank by place 1 0 2 3: the relevant passage, first in the input, comes out second, above two of three.
        Placed judge = new(1) { ByPlace = [3, 4, 2, 1] };
        List<JudgedQuery> given = [], drawn = [];
        for (int i = 0; i < 40; i++)
        {
            given.Add(await JudgeTrial.RunAsync(judge, "q", KnownWorth.Passages(4, 3, 2, 1), [true, false, false, false]));
            drawn.Add(await JudgeTrial.RunAsync(judge, "q", KnownWorth.Passages(4, 3, 2, 1), [true, false, false, false], new UnitSeed(1, "order", i)));
        }

        Assert.Equal(2 / 3.0, JudgeQuality.Measure("j", given, 1).Auc!.Value.Mean, 12);
        JudgeQuality fair = JudgeQuality.Measure("j", drawn, 1);
        Assert.InRange(fair.Auc!.Value.Mean, 0.45, 0.55);
        Assert.False(fair.CanTell);
        Assert.Equal(-0.6, fair.OrderStability!.Value.Mean, 12); // 3 4 2 1 against 1 2 4 3: 1 - 6 x 16 / 60
        Placed steady = new(0);
        JudgeQuality stable = JudgeQuality.Measure("j", [await JudgeTrial.RunAsync(steady, "q", KnownWorth.Passages(4, 3, 2, 1), [true, false, false, false], new UnitSeed(1, "order", 0))], 1);
        Assert.Equal((1.0, 1.0), (stable.OrderStability!.Value.Mean, stable.Auc!.Value.Mean));
    }

    [Fact]
    public void Length_bias_is_the_rank_correlation_among_the_irrelevant()
    {
        // Ranks of scores 1 2 3 4 against lengths 2 1 4 3: rho = 1 - 6 x 4 / (4 x 15) = 0.6; the relevant passage does not count.
        JudgedQuery query = Query((9, true, 1), (1, false, 20), (2, false, 10), (3, false, 40), (4, false, 30));
        Assert.Equal(0.6, JudgeQuality.Measure("j", [query], 1).LengthBias!.Value.Mean, 12);
        Assert.Null(JudgeQuality.Measure("j", [Query((9, true, 1), (1, false, 20), (2, false, 10))], 1).LengthBias);
        Assert.Null(JudgeQuality.Measure("j", [Query((1, false, 20), (2, false, 20), (3, false, 20))], 1).LengthBias);
    }

    [Fact]
    public void Equal_values_share_their_ranks()
    {
        Assert.Equal([1.5, 4, 1.5, 3], RankCorrelation.Ranks([1, 7, 1, 3]));
        Assert.Equal(1, RankCorrelation.Spearman([1, 2, 3], [10, 100, 1000])!.Value, 12);
        Assert.Null(RankCorrelation.Spearman([1, 1], [1, 2]));
    }

    [Fact]
    public async Task Without_chance_a_query_is_judged_once()
    {
        Placed judge = new(0);
        JudgedQuery query = await JudgeTrial.RunAsync(judge, "q", KnownWorth.Passages(3, 1), [true, false]);
        Assert.Equal((1, 0), (judge.Asked, query.Orders.Count));
        await Assert.ThrowsAsync<ArgumentException>(() => JudgeTrial.RunAsync(judge, "q", KnownWorth.Passages(3, 1), [true]));
    }

    private sealed class Placed(int preference) : IPassageJudge
    {
        public int Asked { get; private set; }

        public int[]? ByPlace { get; init; }

        public string Name => "placed";

        public JudgeCost Cost(int passages) => new(1, passages);

        public Task<IReadOnlyList<JudgeVerdict>> JudgeAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken = default)
        {
            Asked++;
            return Task.FromResult<IReadOnlyList<JudgeVerdict>>([.. passages.Select((passage, i) => JudgeVerdict.Of(ByPlace is { } given ? given[i] : preference == 0 ? KnownWorth.In(passage.Text)[0] : -i * preference))]);
        }
    }
}
