using R2Synth.Inference;
using R2Synth.Miners.Retrieval.PromptReps;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Reporting;
using R2Synth.Pipeline.Retrieval;
using R2Synth.Pipeline.Tests.Ledger;

namespace R2Synth.Pipeline.Tests.Retrieval;

public sealed class CachedReadingsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Token_vectors_come_back_in_half_precision_from_the_first_time_on()
    {
        await using CallCache cache = CallCache.Open(_folder.File("cache.db"));
        FakeModel model = new();
        RunCounters counters = new();
        CachedTokenEmbedder embedder = new(model, cache, "model", counters);
        TokenVectors first = await embedder.EmbedTokensAsync("a b"), again = await embedder.EmbedTokensAsync("a b"), none = await embedder.EmbedTokensAsync("");
        await new CachedTokenEmbedder(model, cache, "other model", counters).EmbedTokensAsync("a b");

        Assert.Equal(["a", " b", "\u00e9", " "], first.Tokens); // a token of nothing but a line feed is white space as well
        Assert.Equal(2, first.Dimensions);
        Assert.Equal([.. new[] { 0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f }.Select(value => (float)(Half)value)], first.Values.ToArray());
        Assert.Equal(first.Tokens, again.Tokens);
        Assert.Equal(first.Values.ToArray(), again.Values.ToArray());
        Assert.Empty(none.Tokens);
        Assert.Equal(0, none.Values.Length);
        Assert.Equal((3, 3L, 1L), (model.Calls, counters.Calls, counters.CacheHits));
    }

    [Fact]
    public async Task Representations_come_back_whole_and_queries_are_not_passages()
    {
        await using CallCache cache = CallCache.Open(_folder.File("cache.db"));
        FakeModel model = new();
        RunCounters counters = new();
        CachedPromptRepresenter representer = new(model, cache, "model; prompt", counters);
        PromptRepresentation first = await representer.RepresentAsync("a", isQuery: false), again = await representer.RepresentAsync("a", isQuery: false);
        PromptRepresentation query = await representer.RepresentAsync("a", isQuery: true);

        Assert.Equal([0.1f, 0.2f, 0.3f], again.Dense);
        Assert.Equal([(7, 120), (9, 3)], again.Sparse);
        Assert.Equal(55, again.TokensRead);
        Assert.Equal(first.Dense, again.Dense);
        Assert.Empty(query.Sparse);
        Assert.Equal((2, 2L, 1L, 110L), (model.Calls, counters.Calls, counters.CacheHits, counters.TokensRead));
    }

    private sealed class FakeModel : ITokenEmbedder, IPromptRepresenter
    {
        public int Calls { get; private set; }

        public Task<TokenVectors> EmbedTokensAsync(string text, CancellationToken cancellationToken = default)
        {
            Calls++;
            return Task.FromResult(text.Length == 0
                ? new TokenVectors { Tokens = [], Values = ReadOnlyMemory<float>.Empty, Dimensions = 2 }
                : new TokenVectors { Tokens = ["a", " b", "\u00e9", "\n"], Values = new[] { 0.1f, 0.2f, 0.3f, 0.4f, 0.5f, 0.6f, 0.7f, 0.8f }, Dimensions = 2 });
        }

        public Task<PromptRepresentation> RepresentAsync(string text, bool isQuery, CancellationToken cancellationToken = default)
        {
            Calls++;
            return Task.FromResult(new PromptRepresentation { Dense = [0.1f, 0.2f, 0.3f], Sparse = isQuery ? [] : [(7, 120), (9, 3)], TokensRead = 55 });
        }
    }
}
