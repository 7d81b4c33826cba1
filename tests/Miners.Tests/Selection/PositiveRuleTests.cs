using R2Synth.Miners.Ranking;
using R2Synth.Miners.Selection;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Selection;

public class PositiveRuleTests
{
    // Passage 5 leads, the seed is 3.
    private static readonly RankedCandidate[] Ranked = [Scored(3, 2, -1.5, 0.6), Scored(5, 1, -1, 0.7), Scored(4, 3, -3, 0.9)];

    [Fact]
    public void By_default_it_is_the_relabeller() => Assert.Equivalent(Relabeller.Relabel(Ranked, 3), PositiveRule.From(new MiningOptions()).Choose(Ranked, 3));

    [Fact]
    public void The_seed_as_it_is()
    {
        Relabelling chosen = PositiveRule.From(new MiningOptions { Positives = "seed" }).Choose(Ranked, 3);
        Assert.Equal((3, Origin.Seed, null), (chosen.Positive.Candidate.Passage, chosen.Origin, chosen.LostSeed));
        Assert.Equal(5, PositiveRule.From(new MiningOptions { Positives = "seed" }).Choose(Ranked, 5).Positive.Candidate.Passage);
        Assert.Throws<ArgumentException>(() => PositiveRule.From(new MiningOptions { Positives = "seed" }).Choose(Ranked, null));
    }

    [Theory]
    [InlineData(0.5, null, new[] { 5, 3 })]
    [InlineData(0.4, null, new[] { 5 })]
    [InlineData(2.0, null, new[] { 5, 3, 4 })]
    [InlineData(0.05, "dense", new[] { 5, 4 })]
    [InlineData(null, null, new[] { 5 })]
    public void Several_within_a_margin_are_all_kept(double? margin, string? score, int[] expected) => Assert.Equal(
        expected, PositiveRule.From(new MiningOptions { PositiveMargin = margin, PositiveScore = score }).Choose(Ranked, 3).Positives.Select(p => p.Candidate.Passage));

    [Theory]
    [InlineData(-1.1, null, false)]
    [InlineData(-0.9, null, true)]
    [InlineData(0.7, "dense", false)]
    [InlineData(0.71, "dense", true)]
    [InlineData(null, null, false)]
    public void A_best_below_the_floor_answers_nothing(double? floor, string? score, bool unanswerable) => Assert.Equal(
        unanswerable, PositiveRule.From(new MiningOptions { PositiveFloor = floor, PositiveScore = score }).Choose(Ranked, 3).Unanswerable);

    [Fact]
    public void Unknown_names_list_the_known()
    {
        Assert.Equal("Mining:Positives is 'qrels'. Known: best, seed.", Assert.Throws<InputException>(() => PositiveRule.From(new MiningOptions { Positives = "qrels" })).Message);
        Assert.Equal("Mining:PositiveScore is 'x'. Known: ql, rc, dense.", Assert.Throws<InputException>(() => PositiveRule.From(new MiningOptions { PositiveScore = "x" })).Message);
    }

    private static RankedCandidate Scored(int passage, int rank, double ql, double dense) => Corpus.Ranked(passage, rank, dense) with { Score = new JudgeScore(ql, ql * 2) };
}
