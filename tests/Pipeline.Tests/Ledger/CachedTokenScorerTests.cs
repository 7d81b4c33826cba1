using R2Synth.Inference;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Pipeline.Tests.Ledger;

public sealed class CachedTokenScorerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Only_what_is_missing_goes_to_the_scorer_in_one_call()
    {
        await using CallCache cache = CallCache.Open(_folder.File("cache.db"));
        RunCounters counters = new();
        FakeTokenScorer model = new();
        CachedTokenScorer scorer = new(model, cache, "model", counters);

        await scorer.ScoreAsync("prefix", [Text("a"), Text("ccc")]);
        IReadOnlyList<ContinuationScore> mixed = await scorer.ScoreAsync("prefix", [Text("bb"), Text("a"), Text("dddd"), Text("ccc"), Text("bb")]);
        IReadOnlyList<ContinuationScore> known = await scorer.ScoreAsync("prefix", [Text("dddd"), Text("bb")]);

        Assert.Equal([["a", "ccc"], ["bb", "dddd"]], model.Asked);
        Assert.Equal([2, 1, 4, 3, 2], mixed.Select(score => score.Tokens));
        Assert.Equal([4, 2], known.Select(score => score.Tokens));
        Assert.Equal((2L, 1L, 40L), (counters.Calls, counters.CacheHits, counters.TokensRead));
    }

    [Fact]
    public async Task One_by_one_what_was_paid_for_is_kept_although_another_call_fails()
    {
        await using CallCache cache = CallCache.Open(_folder.File("cache.db"));
        RunCounters counters = new();
        FakeTokenScorer model = new() { Cost = 0.25m, Fails = text => text == "bb" };
        CachedTokenScorer scorer = new(model, cache, "model", counters, oneByOne: true);
        Continuation[] all = [Text("a"), Text("bb"), Text("ccc")];

        await Assert.ThrowsAsync<InputException>(() => scorer.ScoreAsync("prefix", all));
        IReadOnlyList<ContinuationScore> kept = await scorer.ScoreAsync("prefix", [Text("a"), Text("ccc")]);

        Assert.Equal([1, 3], kept.Select(score => score.Tokens));
        Assert.Equal([["a"], ["bb"], ["ccc"]], model.Asked);
        Assert.Equal((2L, 1L, 0.5m), (counters.Calls, counters.CacheHits, counters.Cost));
    }

    [Fact]
    public async Task Scores_come_back_bit_by_bit()
    {
        await using CallCache cache = CallCache.Open(_folder.File("cache.db"));
        FakeTokenScorer model = new();
        CachedTokenScorer scorer = new(model, cache, "model", new RunCounters());
        Continuation continuation = Text("seven..") with { Labels = ["0", "1", "2"] };
        IReadOnlyList<ContinuationScore> asked = await model.ScoreAsync("prefix", [continuation]);

        for (int repetition = 0; repetition < 2; repetition++)
        {
            ContinuationScore score = (await scorer.ScoreAsync("prefix", [continuation]))[0];
            Assert.Equal(asked[0].LogLikelihood, score.LogLikelihood);
            Assert.Equal(asked[0].Labels, score.Labels);
            Assert.Equal(double.NegativeInfinity, score.Labels[0]);
            Assert.Equal(10, score.TokensRead);
        }
    }

    [Fact]
    public async Task Every_part_of_a_continuation_and_the_prefix_are_part_of_the_key()
    {
        await using CallCache cache = CallCache.Open(_folder.File("cache.db"));
        FakeTokenScorer model = new();
        CachedTokenScorer scorer = new(model, cache, "model", new RunCounters());
        Continuation[] different =
        [
            Text("a"),
            Text("a") with { Lead = "x" },
            Text("a") with { Then = "x" },
            Text("a") with { Labels = ["x"] },
            Text("a") with { Labels = ["x", "y"] },
        ];

        await scorer.ScoreAsync("prefix", different);
        await scorer.ScoreAsync("other", [Text("a")]);
        await new CachedTokenScorer(model, cache, "other model", new RunCounters()).ScoreAsync("prefix", [Text("a")]);

        Assert.Equal([5, 1, 1], model.Asked.Select(asked => asked.Length));
    }

    [Fact]
    public async Task Next_tokens_are_asked_for_once_a_prompt_and_number_and_come_back_bit_by_bit()
    {
        await using CallCache cache = CallCache.Open(_folder.File("cache.db"));
        RunCounters counters = new();
        FakeTokenScorer model = new();
        CachedTokenScorer scorer = new(model, cache, "model", counters);
        IReadOnlyList<NextToken> expected = await new FakeTokenScorer().NextTokensAsync("one", 5);

        Assert.Equal(expected, await scorer.NextTokensAsync("one", 5));
        Assert.Equal(expected, await scorer.NextTokensAsync("one", 5));
        Assert.Equal(3, (await scorer.NextTokensAsync("one", 3)).Count);
        await scorer.NextTokensAsync("two", 5);
        await new CachedTokenScorer(model, cache, "other model", counters).NextTokensAsync("one", 5);

        Assert.Equal([["one"], ["one"], ["two"], ["one"]], model.Asked);
        Assert.Equal((4L, 1L), (counters.Calls, counters.CacheHits));
    }

    private static Continuation Text(string text) => new() { Text = text };
}
