using CsCheck;
using R2Synth.Miners.Ranking;
using R2Synth.Miners.Selection;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Selection;

public class FalseNegativeCascadeTests
{
    private const string Query = "who sails";

    // Scores of the first judge; null where it fails.
    private static readonly Gen<double?> Score = Gen.Int[-1, 3].Select(s => s < 0 ? null : (double?)s);

    private static readonly Gen<(double? Cheap, double? Strong, bool Positive)[]> Passages =
        from first in Gen.Select(Score, Score)
        from rest in Gen.Select(Score, Score, Gen.Bool).Array[0, 14]
        select ((double?, double?, bool)[])[(first.Item1, first.Item2, true), .. rest];

    [Fact]
    public void Counts_add_up_nothing_flagged_stays_and_no_failure_is_a_verdict() => Gen.Select(Passages, Gen.Bool, Gen.Int[1, 3], Gen.Int[0, 8]).Sample((passages, cascade, action, most) =>
    {
        FalseNegativeOutcome outcome = Check(passages, cascade, (FalseNegativeAction)action, most);
        FalseNegativeCounts counts = outcome.Counts;
        int negatives = passages.Count(p => !p.Positive);
        Assert.Equal(negatives, counts.NegativesBefore);
        long dropped = outcome.Dropped is null ? 0 : negatives;
        Assert.Equal(negatives, counts.NegativesAfter + counts.Removed + counts.Relabelled + counts.Failed + dropped);
        Assert.Equal(outcome.Dropped is null ? passages.Length - negatives + counts.Relabelled : 0, counts.PositivesAfter);
        Assert.True(counts.Confirmed <= counts.Flagged);
        Assert.True(outcome.Dropped is not null || counts.Confirmed <= most);
        Assert.True(action != 3 || outcome.Dropped is not null || counts.Confirmed == 0);
        double? least = passages.Where(p => p.Positive).Min(p => p.Cheap);
        for (int i = 0; i < passages.Length; i++)
        {
            if (passages[i].Positive) Assert.Equal(FalseNegativeFate.Kept, outcome.Fates[i]);
            else if (outcome.Dropped is null && outcome.Fates[i] == FalseNegativeFate.Kept) Assert.True(passages[i].Cheap is not null && (passages[i].Cheap < least || (cascade && passages[i].Strong is not null)));
            Assert.Equal(passages[i].Cheap, outcome.Scores[i].TryGetValue("cheap", out double score) ? score : null);
        }
    }, iter: 3000);

    [Theory]
    [InlineData(FalseNegativeAction.Remove, FalseNegativeFate.Removed)]
    [InlineData(FalseNegativeAction.Relabel, FalseNegativeFate.Relabelled)]
    public void The_strong_judge_reads_only_positives_and_what_was_flagged_and_has_the_last_word(FalseNegativeAction action, FalseNegativeFate fate)
    {
        Scripted strong = new("strong", 2, 3, 1);
        FalseNegativeOutcome outcome = new FalseNegativeCascade(new Scripted("cheap", 2, 2, 1, 3), strong, action).CheckAsync(Query, Given(true, false, false, false)).Done();
        Assert.Equal(["d0", "d1", "d3"], strong.Read);
        Assert.Equal([FalseNegativeFate.Kept, fate, FalseNegativeFate.Kept, FalseNegativeFate.Kept], outcome.Fates);
        Assert.Equal((2, 1, 2), (outcome.Counts.Flagged, outcome.Counts.Confirmed, outcome.Counts.NegativesAfter));
        Assert.Equal(new Dictionary<string, double> { ["cheap"] = 2, ["strong"] = 3 }, outcome.Scores[1]);
        Assert.Equal(new Dictionary<string, double> { ["cheap"] = 1 }, outcome.Scores[2]);
    }

    [Fact]
    public void The_strong_judge_is_not_asked_where_nothing_was_flagged()
    {
        Scripted strong = new("strong");
        Assert.Equal(2, new FalseNegativeCascade(new Scripted("cheap", 2, 1, 1), strong, FalseNegativeAction.Remove).CheckAsync(Query, Given(true, false, false)).Done().Counts.NegativesAfter);
        Assert.Empty(strong.Read);
    }

    [Fact]
    public void Drop_drops_the_query() => Assert.Equal("false-negative", Check([(1, null, true), (1, null, false)], false, FalseNegativeAction.Drop, 7).Dropped);

    [Theory]
    [InlineData(7, null)]
    [InlineData(8, "ambiguous")]
    public void More_than_seven_false_negatives_drop_the_query(int negatives, string? dropped) => Assert.Equal(
        dropped, Check([(1, null, true), .. Enumerable.Repeat<(double?, double?, bool)>((1, null, false), negatives)], false, FalseNegativeAction.Relabel, FalseNegativeCascade.MostFalseNegatives).Dropped);

    [Fact]
    public void A_query_whose_positives_were_not_judged_is_dropped()
    {
        FalseNegativeOutcome outcome = Check([(null, null, true), (0, null, false)], false, FalseNegativeAction.Remove, 7);
        Assert.Equal(("judge-failed", 1), (outcome.Dropped, outcome.Counts.JudgeFaults));
    }

    [Fact]
    public void A_negative_that_was_not_judged_goes_and_is_counted()
    {
        FalseNegativeOutcome outcome = Check([(2, null, true), (null, null, false), (1, null, false)], false, FalseNegativeAction.Relabel, 7);
        Assert.Equal([FalseNegativeFate.Kept, FalseNegativeFate.Failed, FalseNegativeFate.Kept], outcome.Fates);
        Assert.Equal((1, 1, 0), (outcome.Counts.Failed, outcome.Counts.NegativesAfter, outcome.Counts.Relabelled));
    }

    [Fact]
    public void A_flagged_negative_that_the_strong_judge_fails_on_goes_and_is_counted() => Assert.Equal(
        FalseNegativeFate.Failed, Check([(2, 2, true), (2, null, false)], true, FalseNegativeAction.Relabel, 7).Fates[1]);

    [Fact]
    public void The_lowest_positive_is_what_negatives_are_held_against() => Assert.Equal(
        [FalseNegativeFate.Kept, FalseNegativeFate.Kept, FalseNegativeFate.Removed, FalseNegativeFate.Kept],
        Check([(3, null, true), (1, null, true), (1, null, false), (0, null, false)], false, FalseNegativeAction.Remove, 7).Fates);

    [Fact]
    public void A_margin_flags_what_comes_near()
    {
        FalseNegativeCascade cascade = new(new Scripted("cheap", 2, 1.5, 1.4), null, FalseNegativeAction.Remove) { Margin = 0.5 };
        Assert.Equal([FalseNegativeFate.Kept, FalseNegativeFate.Removed, FalseNegativeFate.Kept], cascade.CheckAsync(Query, Given(true, false, false)).Done().Fates);
    }

    [Fact]
    public void With_a_threshold_less_is_no_answer_and_a_positive_that_fails_drops_the_query()
    {
        FalseNegativeCascade Of(params double?[] scores) => new(new Scripted("cheap", scores), null, FalseNegativeAction.Remove) { Threshold = 1 };
        Assert.Equal("positive-fails", Of(0, 0).CheckAsync(Query, Given(true, false)).Done().Dropped);
        Assert.Equal(FalseNegativeFate.Kept, Of(1, 0, 0).CheckAsync(Query, Given(true, true, false)).Done().Fates[2]); // as good as the second positive, and no answer
        Assert.Equal(FalseNegativeFate.Removed, Of(1, 0, 1).CheckAsync(Query, Given(true, true, false)).Done().Fates[2]);
    }

    private static FalseNegativeOutcome Check((double? Cheap, double? Strong, bool Positive)[] passages, bool cascade, FalseNegativeAction action, int most)
    {
        Scripted cheap = new("cheap", [.. passages.Select(p => p.Cheap)]);
        double? least = passages.Where(p => p.Positive).Min(p => p.Cheap);
        Scripted strong = new("strong", [.. passages.Where(p => p.Positive || p.Cheap >= least).Select(p => p.Strong)]);
        return new FalseNegativeCascade(cheap, cascade ? strong : null, action) { Most = most }.CheckAsync(Query, Given([.. passages.Select(p => p.Positive)])).Done();
    }

    private static CheckedPassage[] Given(params bool[] positives) => [.. positives.Select((positive, i) => new CheckedPassage(new Passage { Docid = $"d{i}", Text = "text" }, positive))];

    private sealed class Scripted(string name, params double?[] scores) : IPassageJudge
    {
        public List<string> Read { get; } = [];

        public string Name => name;

        public JudgeCost Cost(int passages) => new(passages, passages);

        public Task<IReadOnlyList<JudgeVerdict>> JudgeAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken = default)
        {
            Read.AddRange(passages.Select(p => p.Docid));
            return Task.FromResult<IReadOnlyList<JudgeVerdict>>([.. passages.Select((_, i) => scores[i] is double score ? JudgeVerdict.Of(score) : JudgeVerdict.Failed("not-json"))]);
        }
    }
}
