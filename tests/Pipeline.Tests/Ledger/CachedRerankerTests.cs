using R2Synth.Inference;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Reporting;

namespace R2Synth.Pipeline.Tests.Ledger;

public sealed class CachedRerankerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_is_scored_twice_and_what_has_no_score_is_asked_again()
    {
        await using CallCache cache = CallCache.Open(_folder.File("cache.db"));
        RunCounters counters = new();
        FakeReranker model = new();
        CachedReranker reranker = new(model, cache, "model", counters);

        RerankReply first = await reranker.ScoreAsync("q", ["a", "bad", "ccc"]);
        RerankReply second = await reranker.ScoreAsync("q", ["ccc", "bad", "a", "dddd"]);
        RerankReply known = await reranker.ScoreAsync("q", ["dddd", "a"]);
        await reranker.ScoreAsync("another", ["a"]);
        await new CachedReranker(model, cache, "another", counters).ScoreAsync("q", ["a"]);

        Assert.Equal(["a bad ccc", "bad dddd", "a", "a"], model.Asked);
        Assert.Equal([RerankScore.Of(1), RerankScore.Failed(RerankScore.NotANumber), RerankScore.Of(3)], first.Scores);
        Assert.Equal([RerankScore.Of(3), RerankScore.Failed(RerankScore.NotANumber), RerankScore.Of(1), RerankScore.Of(4)], second.Scores);
        Assert.Equal([4, 1], known.Scores.Select(score => score.Score));
        Assert.Equal((4L, 1L), (counters.Calls, counters.CacheHits));
    }

    private sealed class FakeReranker : IReranker
    {
        public List<string> Asked { get; } = [];

        public Task<RerankReply> ScoreAsync(string query, IReadOnlyList<string> documents, CancellationToken cancellationToken = default)
        {
            Asked.Add(string.Join(' ', documents));
            return Task.FromResult(new RerankReply { Scores = [.. documents.Select(document => document == "bad" ? RerankScore.Failed(RerankScore.NotANumber) : RerankScore.Of(document.Length))] });
        }
    }
}
