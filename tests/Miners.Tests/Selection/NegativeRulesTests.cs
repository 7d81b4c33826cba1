using CsCheck;
using R2Synth.Miners.Ranking;
using R2Synth.Miners.Selection;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Selection;

public class NegativeRulesTests
{
    private const string Long = "the ferry leaves the old harbour every forty minutes from april to october and on sundays";

    // Texts that are often equal, contained in one another or nearly equal.
    private static readonly string[] Texts =
    [
        Long, Long.ToUpperInvariant(), Long + " only", "old harbour every forty minutes", Long.Replace("sundays", "mondays", StringComparison.Ordinal),
        "glass can be melted and shaped again", "glass can be melted", "a tree loses its leaves", "bread needs salt", "rain falls on the plain", "nine lives of a cat",
    ];

    private static readonly Gen<(NegativeRequest Request, int Shuffle)> Requests =
        from picks in Gen.Select(Gen.Int[0, Texts.Length - 1], Gen.Double[-1, 1]).Array[2, 20]
        from count in Gen.Int[1, 6]
        from percPos in Gen.Double[0, 1]
        from seed in Gen.Int[0, 19]
        from shuffle in Gen.Int
        select (Request([.. picks.Select(p => Texts[p.Item1])], [.. picks.Select(p => p.Item2)], count, percPos, seed % picks.Length), shuffle);

    public static TheoryData<string> Names => [.. NegativeRules.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Negatives_are_never_the_positive_the_seed_or_their_like(string name) => Requests.Sample((request, _) =>
        Assert.All(NegativeRules.Get(name).Pick(request).Negatives, n =>
        {
            string text = request.Passages[n.Candidate.Passage].Text;
            Assert.NotEqual(request.Positive, n.Candidate.Passage);
            Assert.NotEqual(request.Seed, n.Candidate.Passage);
            Assert.False(IsSame(text, request.PositiveText));
            Assert.False(IsSame(text, request.Passages[request.Seed!.Value].Text));
        }));

    [Theory]
    [MemberData(nameof(Names))]
    public void Negatives_are_never_padded_and_the_counts_add_up(string name) => Requests.Sample((request, _) =>
    {
        NegativeSelection selection = NegativeRules.Get(name).Pick(request);
        Assert.Equal(request.Count, selection.Negatives.Count + selection.Shortfall);
        Assert.True(selection.Shortfall >= 0);
        Assert.Equal(request.Ranked.Count, selection.Negatives.Count + selection.Refused.Values.Sum());
        Assert.Equal(selection.Negatives.Count, selection.Negatives.Select(n => TextForm.Normalise(request.Passages[n.Candidate.Passage].Text)).Distinct().Count());
        Assert.True(selection.Shortfall == 0 || !selection.Refused.ContainsKey(NegativeReasons.NotNeeded));
    });

    [Theory]
    [MemberData(nameof(Names))]
    public void Negatives_do_not_depend_on_the_order_of_the_candidates(string name) => Requests.Sample((request, seed) =>
    {
        RankedCandidate[] shuffled = [.. request.Ranked];
        new UnitSeed(seed, "test", 0).Shuffle<RankedCandidate>(shuffled);
        NegativeSelection one = NegativeRules.Get(name).Pick(request);
        NegativeSelection other = NegativeRules.Get(name).Pick(request with { Ranked = shuffled });
        Assert.Equal(one.Negatives, other.Negatives);
        Assert.Equal(one.Refused, other.Refused);
    });

    [Fact]
    public void TopKPercPos_is_never_over_the_margin_which_never_lies_over_the_positive() => Requests.Sample((request, _) =>
    {
        double margin = TopKPercPosRule.Margin(request.PositiveSimilarity, request.PercPos);
        Assert.True(margin <= request.PositiveSimilarity);
        Assert.All(new TopKPercPosRule().Pick(request).Negatives, n => Assert.True(n.Candidate.Dense <= margin));
    });

    [Theory]
    [InlineData(0.8, 0.95, 0.76)]
    [InlineData(-0.2, 0.95, -0.21)]
    [InlineData(0, 0.95, 0)]
    [InlineData(0.8, 1, 0.8)]
    [InlineData(0.8, 0, 0)]
    public void Margin_is_right_for_either_sign(double similarity, double percPos, double expected) =>
        Assert.Equal(expected, TopKPercPosRule.Margin(similarity, percPos), 12);

    [Fact]
    public void Gecko_takes_the_lowest_first_then_upwards()
    {
        NegativeSelection selection = new GeckoNegativeRule().Pick(Request([.. Texts[5..6], .. Texts[7..]], [0.5, 0.9, 0.9, 0.9, 0.9], 3, 0.95, 0));
        Assert.Equal([5, 4, 3], selection.Negatives.Select(n => n.Rank));
        Assert.Equal(0, selection.Shortfall);
        Assert.Equal([new("not-needed", 1), new("positive", 1)], selection.Refused);
    }

    [Fact]
    public void TopKPercPos_takes_the_hardest_under_the_margin_and_says_what_was_refused()
    {
        NegativeSelection selection = new TopKPercPosRule().Pick(Request([.. Texts[5..6], .. Texts[7..]], [0.8, 0.77, 0.76, 0.1, -0.5], 4, 0.95, 0));
        Assert.Equal([3, 4, 5], selection.Negatives.Select(n => n.Rank));
        Assert.Equal(1, selection.Shortfall);
        Assert.Equal([new("above-margin", 1), new("positive", 1)], selection.Refused);
    }

    [Fact]
    public void Known_relevant_passages_and_their_like_are_refused()
    {
        NegativeRequest request = Request(["positive words here", "bread needs salt", "Bread needs  salt", "a tree loses its leaves"], [1, 0, 0, 0], 3, 0.95, 0);
        NegativeSelection selection = new GeckoNegativeRule().Pick(request with { AlsoRelevant = [1] });
        Assert.Equal([3], selection.Negatives.Select(n => n.Candidate.Passage));
        Assert.Equal([new("also-relevant", 1), new("duplicate-of-relevant", 1), new("positive", 1)], selection.Refused);
    }

    [Fact]
    public void A_written_positive_is_compared_by_its_text()
    {
        NegativeRequest request = Request(["Bread  needs salt.", "a tree loses its leaves"], [0, 0], 3, 0.95, 0);
        NegativeSelection selection = new TopKPercPosRule().Pick(
            request with { Positive = null, Seed = null, PositiveText = "As you know, bread needs salt. It needs water too.", PositiveSimilarity = 0.9 });
        Assert.Equal([1], selection.Negatives.Select(n => n.Candidate.Passage));
        Assert.Equal([new("duplicate-of-positive", 1)], selection.Refused);
    }

    [Fact]
    public void From_takes_positive_and_settings_from_a_relabelling()
    {
        RankedCandidate[] ranked = [Corpus.Ranked(1, 1, dense: 0.7), Corpus.Ranked(0, 2)];
        NegativeRequest request = NegativeRequest.From(Relabeller.Relabel(ranked, 0), ranked, 0, Corpus.Of("a", "b"), new MiningOptions { Negatives = 9, PercPos = 0.5 });
        Assert.Equal((1, "b", 0.7, 0, 9, 0.5), (request.Positive, request.PositiveText, request.PositiveSimilarity, request.Seed, request.Count, request.PercPos));
    }

    [Fact]
    public void Get_unknown_name_lists_the_known() => Assert.Equal(
        "Mining:NegativeRule is 'hardest'. Known rules: gecko, topk-percpos.",
        Assert.Throws<InputException>(() => NegativeRules.Get("hardest")).Message);

    [Fact]
    public void The_default_rule_is_known() => Assert.Equal("topk-percpos", NegativeRules.Get(new MiningOptions().NegativeRule).Name);

    [Fact]
    public void Pick_fewer_than_one_throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new GeckoNegativeRule().Pick(Request(["a b c", "d e f"], [0, 0], 0, 0.95, 0)));

    // The first candidate is the positive; ranks follow the order.
    private static NegativeRequest Request(string[] texts, double[] dense, int count, double percPos, int seed) => new()
    {
        Passages = Corpus.Of(texts),
        Ranked = [.. texts.Select((_, i) => Corpus.Ranked(i, i + 1, dense[i]))],
        Positive = 0,
        PositiveText = texts[0],
        PositiveSimilarity = dense[0],
        Seed = seed,
        Count = count,
        PercPos = percPos,
    };

    // Written apart from NearDuplicate, over plain words.
    private static bool IsSame(string a, string b)
    {
        string[] x = a.ToLowerInvariant().Split(' '), y = b.ToLowerInvariant().Split(' ');
        string p = string.Join(' ', x), q = string.Join(' ', y);
        HashSet<string> s = [.. x.Zip(x.Skip(1), x.Skip(2)).Select(t => t.ToString())], t = [.. y.Zip(y.Skip(1), y.Skip(2)).Select(t => t.ToString())];
        return p.Contains(q, StringComparison.Ordinal) || q.Contains(p, StringComparison.Ordinal)
            || (s.Count > 0 && (double)s.Intersect(t).Count() / s.Union(t).Count() >= 0.8);
    }
}
