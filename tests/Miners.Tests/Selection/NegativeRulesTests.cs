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
        from picks in Gen.Select(Gen.Int[0, Texts.Length - 1], Gen.Double[-1, 1], Gen.Int[0, 40], Gen.Int[0, 40]).Array[2, 40]
        from count in Gen.Int[1, 6]
        from percPos in Gen.Double[0, 1]
        from seed in Gen.Int[0, 19]
        from also in Gen.Int[0, 39]
        from shuffle in Gen.Int
        select (Spread([.. picks], count, percPos, seed % picks.Length, also), shuffle);

    // Every rule as it was published, and one with every bound, window and sampling set.
    private static readonly Gen<NegativeRule> Rules = Gen.OneOf(
        Gen.Int[0, NegativeRules.All.Count - 1].Select(i => NegativeRules.All[i]),
        Gen.Select(Gen.Int[0, NegativeRules.All.Count - 1], Gen.Int[0, 6], Gen.Int[1, 20], Gen.Double[0, 1], Gen.Double[-1, 1], Gen.Double[-1, 1], Gen.Enum<NegativeSampling>(), Gen.Double[0.01, 10])
            .Select((rule, min, width, margin, highest, lowest, sampling, temperature) => NegativeRules.All[rule] with
            {
                Skip = min,
                Last = min + width,
                Sampling = sampling,
                Temperature = temperature,
                Bounds = new SimilarityBounds { PercPos = true, AbsoluteMargin = margin, RelativeMargin = margin / 2, MaxScore = highest, MinScore = lowest },
            }));

    private static readonly Gen<(NegativeRequest Request, int Shuffle, NegativeRule Rule)> Cases = Gen.Select(Requests, Rules).Select((c, rule) => (c.Request, c.Shuffle, rule));

    [Fact]
    public void Negatives_are_never_a_positive_the_seed_or_their_like() => Cases.Sample((request, _, rule) =>
        Assert.All(rule.Pick(request).Negatives, n =>
        {
            string text = request.Passages[n.Candidate.Passage].Text;
            int[] relevant = [request.Positive!.Value, request.Seed!.Value, .. request.AlsoRelevant];
            Assert.DoesNotContain(n.Candidate.Passage, relevant);
            Assert.All(relevant, r => Assert.False(IsSame(text, request.Passages[r].Text)));
        }), iter: 2000);

    [Fact]
    public void Negatives_are_never_padded_and_the_counts_add_up() => Cases.Sample((request, _, rule) =>
    {
        NegativeSelection selection = rule.Pick(request);
        Assert.Equal(rule.TakesNone ? 0 : request.Count, selection.Negatives.Count + selection.Shortfall);
        Assert.True(selection.Shortfall >= 0);
        Assert.Equal(request.Ranked.Count, selection.Negatives.Count + selection.Refused.Values.Sum());
        Assert.Equal(selection.Negatives.Count, selection.Negatives.Select(n => TextForm.Normalise(request.Passages[n.Candidate.Passage].Text)).Distinct().Count());
        Assert.All(selection.Negatives, n => Assert.Contains(n, request.Ranked));
        Assert.True(rule.TakesNone || selection.Shortfall == 0 || !selection.Refused.ContainsKey(NegativeReasons.NotNeeded));
    }, iter: 2000);

    [Fact]
    public void Negatives_do_not_depend_on_the_order_of_the_candidates_or_on_what_runs_beside() => Cases.Sample((request, seed, rule) =>
    {
        RankedCandidate[] shuffled = [.. request.Ranked];
        new UnitSeed(seed, "test", 0).Shuffle<RankedCandidate>(shuffled);
        NegativeSelection one = rule.Pick(request);
        NegativeSelection[] others = new NegativeSelection[4];
        Parallel.For(0, others.Length, i => others[i] = rule.Pick(i % 2 == 0 ? request with { Ranked = shuffled } : request));
        Assert.All(others, other =>
        {
            Assert.Equal(one.Negatives, other.Negatives);
            Assert.Equal(one.Refused, other.Refused);
        });
    }, iter: 1000);

    [Fact]
    public void Negatives_are_within_every_bound_and_inside_the_window() => Cases.Sample((request, _, rule) =>
    {
        double positive = request.PositiveSimilarity!.Value;
        Assert.All(rule.Pick(request).Negatives, n =>
        {
            double similarity = n.Candidate.Dense!.Value;
            Assert.False(rule.Bounds.PercPos && similarity > positive - (Math.Abs(positive) * (1 - request.PercPos)));
            Assert.False(similarity > positive - rule.Bounds.AbsoluteMargin);
            Assert.False(similarity > positive - (Math.Abs(positive) * rule.Bounds.RelativeMargin) + 1e-12);
            Assert.False(similarity > rule.Bounds.MaxScore || similarity < rule.Bounds.MinScore);
            Assert.False(rule.Bounds.NeedsPositive && similarity > positive); // whatever its sign
            if (rule.WindowOfSurvivors) return;
            Assert.InRange(rule.RankOf(n)!.Value, rule.Skip + 1, rule.Last ?? int.MaxValue);
        });
    }, iter: 2000);

    [Theory]
    [InlineData("uniform")]
    [InlineData("tempered")]
    [InlineData("range")]
    public void Samples_depend_on_the_query_and_the_seed_alone(string name)
    {
        NegativeRequest request = Request([.. Enumerable.Range(0, 60).Select(i => $"passage number {i} says something of its own, {i * 7}")], new double[60], 5, 0.95, 0) with { QueryId = "q1", RunSeed = 1 };
        NegativeRule rule = NegativeRules.Get(name);
        int[] Of(NegativeRequest r) => [.. rule.Pick(r).Negatives.Select(n => n.Candidate.Passage)];
        Assert.Equal(Of(request), Of(request with { }));
        Assert.NotEqual(Of(request), Of(request with { QueryId = "q2" }));
        Assert.NotEqual(Of(request), Of(request with { RunSeed = 2 }));
        Assert.NotEqual([1, 2, 3, 4, 5], Of(request));
    }

    [Fact]
    public void Tempered_goes_from_top_to_uniform()
    {
        NegativeRequest request = Request([.. Enumerable.Range(0, 101).Select(i => $"passage number {i} says something of its own, {i * 7}")], new double[101], 10, 0.95, 0);
        double MeanRank(double temperature) => Enumerable.Range(0, 200).SelectMany(q =>
            (NegativeRules.Get("tempered") with { Temperature = temperature }).Pick(request with { QueryId = $"q{q}" }).Negatives).Average(n => n.Rank - 1);
        Assert.InRange(MeanRank(0.01), 5.5, 5.6); // the first ten
        Assert.InRange(MeanRank(1), 20, 38);
        Assert.InRange(MeanRank(100), 46, 54); // the middle of a hundred
    }

    [Fact]
    public void Uniform_takes_each_as_often()
    {
        NegativeRequest request = Request([.. Enumerable.Range(0, 11).Select(i => $"passage number {i} says something of its own, {i * 7}")], new double[11], 3, 0.95, 0);
        int[] taken = new int[11];
        foreach (int q in Enumerable.Range(0, 3000))
            foreach (RankedCandidate n in NegativeRules.Get("uniform").Pick(request with { QueryId = $"q{q}" }).Negatives) taken[n.Candidate.Passage]++;
        Assert.Equal(0, taken[0]);
        Assert.All(taken[1..], t => Assert.InRange(t, 780, 1020)); // 900 expected, deviation 25
    }

    [Fact]
    public void Spaced_goes_from_the_hardest_to_the_easiest()
    {
        NegativeRequest request = Request([.. Enumerable.Range(0, 22).Select(i => $"passage number {i} says something of its own, {i * 7}")], new double[22], 5, 0.95, 0);
        Assert.Equal([2, 7, 12, 17, 22], NegativeRules.Get("spaced").Pick(request).Negatives.Select(n => n.Rank));
    }

    [Theory]
    [InlineData("range", 10, 210, "Random", 15, 210)]
    [InlineData("FlagEmbedding", 10, 210, "Random", 15, 210)]
    [InlineData("repllama", 0, 200, "Random", 15, 200)]
    [InlineData("nv-retriever", 0, 10, "Random", 4, 10)]
    [InlineData("shifted", 10, null, "Top", null, 11)]
    [InlineData("reasonir", 20, null, "Top", 1, 21)]
    [InlineData("inpars", 0, 1000, "Random", 100, 1000)]
    [InlineData("mine_hard_negatives", 0, null, "Top", 3, null)]
    [InlineData("ance", 0, 200, "Random", null, 200)]
    [InlineData("automodel", 0, null, "Top", 20, null)]
    public void Published_numbers(string name, int skip, int? last, string sampling, int? published, int? depth)
    {
        NegativeRule rule = NegativeRules.Get(name);
        Assert.Equal((skip, last, sampling, published, depth), (rule.Skip, rule.Last, rule.Sampling.ToString(), rule.Published, rule.Depth));
    }

    [Theory]
    [InlineData("topk-marginpos", 0.05, null, null)]
    [InlineData("relative_margin", null, 0.05, null)]
    [InlineData("max_score", null, null, 0.7)]
    public void Published_bounds(string name, double? absolute, double? relative, double? highest) =>
        Assert.Equal(new SimilarityBounds { AbsoluteMargin = absolute, RelativeMargin = relative, MaxScore = highest }, NegativeRules.Get(name).Bounds);

    [Fact]
    public void Settings_replace_the_published_numbers()
    {
        NegativeRule rule = NegativeRules.From(new MiningOptions
        {
            NegativeRule = "range",
            RangeMin = 2,
            RangeMax = 8,
            Sampling = "Spaced",
            AbsoluteMargin = 0.1,
            MaxScore = 0.9,
            MinScore = 0.1,
            SamplingTemperature = 2,
        }, NegativeRules.OfRecipes);
        Assert.Equal((2, 8, NegativeSampling.Spaced, 2.0), (rule.Skip, rule.Last, rule.Sampling, rule.Temperature));
        Assert.Equal(new SimilarityBounds { AbsoluteMargin = 0.1, MaxScore = 0.9, MinScore = 0.1 }, rule.Bounds);
        Assert.Equal(NegativeRules.Get("range"), NegativeRules.From(new MiningOptions { NegativeRule = "bge" }, NegativeRules.OfRecipes));
    }

    [Fact]
    public void Settings_that_leave_no_rank_are_refused()
    {
        Assert.Contains("Mining:RangeMax is 5 and Mining:RangeMin 10", Assert.Throws<InputException>(() => NegativeRules.From(new MiningOptions { NegativeRule = "range", RangeMax = 5 }, NegativeRules.OfRecipes)).Message, StringComparison.Ordinal);
        Assert.Equal("Mining:Sampling is 'best'. Known: top, random, spaced, tempered.", Assert.Throws<InputException>(() => NegativeRules.From(new MiningOptions { Sampling = "best" }, NegativeRules.OfRecipes)).Message);
    }

    [Fact]
    public void In_document_takes_the_positives_own_document()
    {
        NegativeRequest request = Request(["one passage", "two passages here", "three of them", "four of another"], [0, 0, 0, 0], 5, 0.95, 0);
        request = request with { Passages = [.. request.Passages.Select((p, i) => p with { Docid = i == 3 ? "b.md#0" : $"a.md#{i}" })] };
        NegativeSelection selection = NegativeRules.Get("in-document").Pick(request);
        Assert.Equal([1, 2], selection.Negatives.Select(n => n.Candidate.Passage));
        Assert.Equal([new("other-document", 1), new("positive", 1)], selection.Refused);
        Assert.Equal(3, selection.Shortfall);
    }

    [Fact]
    public void Reasonir_takes_the_first_after_rank_20_of_bm25()
    {
        string[] texts = [.. Enumerable.Range(0, 40).Select(i => $"passage number {i} says something of its own, {i * 7}")];
        NegativeRequest request = Request(texts, new double[40], 1, 0.95, 0);
        request = request with { Ranked = [.. request.Ranked.Select(c => c with { Candidate = c.Candidate with { Bm25Rank = c.Candidate.Passage < 30 ? 30 - c.Candidate.Passage : null } })] };
        NegativeSelection selection = NegativeRules.Get("reasonir").Pick(request);
        Assert.Equal([9], selection.Negatives.Select(n => n.Candidate.Passage)); // BM25's rank 21
        Assert.Equal((10, 20), (selection.Refused["not-retrieved"], selection.Refused["outside-window"]));
    }

    [Fact]
    public void Several_positives_the_lowest_makes_the_margin()
    {
        RankedCandidate[] ranked = [Corpus.Ranked(0, 1, 0.9), Corpus.Ranked(1, 2, 0.5), Corpus.Ranked(2, 3, 0.6), Corpus.Ranked(3, 4, 0.3)];
        Relabelling both = Relabeller.Relabel(ranked, null) with { AlsoPositive = [ranked[1]] };
        NegativeRequest request = NegativeRequest.From(both, ranked, null, Corpus.Of("first words", "second words", "third words", "fourth words"), new MiningOptions { PercPos = 0.95 });
        NegativeSelection selection = NegativeRules.Get("topk-percpos").Pick(request);
        Assert.Equal([3], selection.Negatives.Select(n => n.Candidate.Passage));
        Assert.Equal([new("above-margin", 1), new("also-relevant", 1), new("positive", 1)], selection.Refused);
    }

    [Fact]
    public void A_margin_without_similarities_is_refused()
    {
        NegativeRequest request = Request(["one two three", "four five six"], [0, 0], 1, 0.95, 0);
        Assert.Throws<ArgumentException>(() => NegativeRules.Get("topk-percpos").Pick(request with { PositiveSimilarity = null }));
        RankedCandidate[] blind = [.. request.Ranked.Select(c => c with { Candidate = c.Candidate with { Dense = null } })];
        Assert.Throws<ArgumentException>(() => NegativeRules.Get("max-score").Pick(request with { Ranked = blind }));
        Assert.Single(NegativeRules.Get("top").Pick(request with { Ranked = blind, PositiveSimilarity = null }).Negatives);
    }

    [Theory]
    [InlineData(0.8, 0.95, 0.76)]
    [InlineData(-0.2, 0.95, -0.21)]
    [InlineData(0, 0.95, 0)]
    [InlineData(0.8, 1, 0.8)]
    [InlineData(0.8, 0, 0)]
    public void Margin_is_right_for_either_sign(double similarity, double percPos, double expected) =>
        Assert.Equal(expected, SimilarityBounds.Ceiling(similarity, percPos), 12);

    [Fact]
    public void Gecko_takes_the_lowest_first_then_upwards()
    {
        NegativeSelection selection = NegativeRules.Get("gecko").Pick(Request([.. Texts[5..6], .. Texts[7..]], [0.5, 0.9, 0.9, 0.9, 0.9], 3, 0.95, 0));
        Assert.Equal([5, 4, 3], selection.Negatives.Select(n => n.Rank));
        Assert.Equal(0, selection.Shortfall);
        Assert.Equal([new("not-needed", 1), new("positive", 1)], selection.Refused);
    }

    [Fact]
    public void TopKPercPos_takes_the_hardest_under_the_margin_and_says_what_was_refused()
    {
        NegativeSelection selection = NegativeRules.Get("topk-percpos").Pick(Request([.. Texts[5..6], .. Texts[7..]], [0.8, 0.77, 0.76, 0.1, -0.5], 4, 0.95, 0));
        Assert.Equal([3, 4, 5], selection.Negatives.Select(n => n.Rank));
        Assert.Equal(1, selection.Shortfall);
        Assert.Equal([new("above-margin", 1), new("positive", 1)], selection.Refused);
    }

    [Fact]
    public void Known_relevant_passages_and_their_like_are_refused()
    {
        NegativeRequest request = Request(["positive words here", "bread needs salt", "Bread needs  salt", "a tree loses its leaves"], [1, 0, 0, 0], 3, 0.95, 0);
        NegativeSelection selection = NegativeRules.Get("gecko").Pick(request with { AlsoRelevant = [1] });
        Assert.Equal([3], selection.Negatives.Select(n => n.Candidate.Passage));
        Assert.Equal([new("also-relevant", 1), new("duplicate-of-relevant", 1), new("positive", 1)], selection.Refused);
    }

    [Fact]
    public void A_written_positive_is_compared_by_its_text()
    {
        NegativeRequest request = Request(["Bread  needs salt.", "a tree loses its leaves"], [0, 0], 3, 0.95, 0);
        NegativeSelection selection = NegativeRules.Get("topk-percpos").Pick(
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
        "Mining:NegativeRule is 'hardest'. Known rules: ance (or run), automodel, bm25 (or bm25-only), gecko (or lowest), in-document (or same-document), inpars, none, nv-retriever, "
        + "range (or flagembedding, bge, hn_mine), reasonir, relative-margin (or relative_margin), repllama (or tevatron), sentence-transformers (or mine_hard_negatives), "
        + "shifted-topk (or topk-shifted, shifted), spaced, tempered, teraflop, top (or topk, naive), topk-abs (or topk_abs, max-score, max_score, abs), "
        + "topk-marginpos (or absolute-margin, absolute_margin), topk-percpos (or perc, topk_percpos), uniform (or gecko-uniform).",
        Assert.Throws<InputException>(() => NegativeRules.Get("hardest")).Message);

    [Fact]
    public void No_name_means_two_rules()
    {
        string[] names = [.. NegativeRules.All.SelectMany(r => r.Aliases.Prepend(r.Name))];
        Assert.Equal(names.Length, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        Assert.All(NegativeRules.All, r => Assert.NotEmpty(r.Origin));
    }

    [Fact]
    public void Unset_the_rule_is_the_commands_own()
    {
        Assert.Equal("gecko", NegativeRules.From(new MiningOptions(), NegativeRules.OfRecipes).Name);
        Assert.Equal("topk-percpos", NegativeRules.From(new MiningOptions(), NegativeRules.OfPairs).Name);
        Assert.Equal("top", NegativeRules.From(new MiningOptions { NegativeRule = "top" }, NegativeRules.OfPairs).Name);
    }

    [Fact]
    public void Pick_fewer_than_one_throws() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => NegativeRules.Get("gecko").Pick(Request(["a b c", "d e f"], [0, 0], 0, 0.95, 0)));

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

    // The first is the positive, one more is known to be relevant; the retrievers' own ranks are anything or missing.
    private static NegativeRequest Spread((int Text, double Dense, int Bm25Rank, int BestRank)[] picks, int count, double percPos, int seed, int also)
    {
        NegativeRequest request = Request([.. picks.Select(p => Texts[p.Text])], [.. picks.Select(p => p.Dense)], count, percPos, seed);
        return request with
        {
            Passages = [.. request.Passages.Select((p, i) => p with { Docid = $"file{i % 3}.md#{i}" })],
            Ranked = [.. request.Ranked.Select((c, i) => c with
            {
                Candidate = c.Candidate with { Bm25Rank = picks[i].Bm25Rank is > 0 and int lexical ? lexical : null, BestRank = picks[i].BestRank is > 0 and int best ? best : null },
            })],
            AlsoRelevant = also % picks.Length is > 0 and int known ? [known] : [],
            QueryId = $"q{also}",
            RunSeed = count,
        };
    }

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
