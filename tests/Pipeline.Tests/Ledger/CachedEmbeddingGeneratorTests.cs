using Microsoft.Extensions.AI;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Reporting;

namespace R2Synth.Pipeline.Tests.Ledger;

public sealed class CachedEmbeddingGeneratorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Missing_texts_are_asked_for_in_small_batches_and_come_back_in_order()
    {
        await using CallCache cache = CallCache.Open(_folder.File("cache.db"));
        RunCounters counters = new();
        FakeEmbeddingGenerator model = new();
        using CachedEmbeddingGenerator embedder = new(model, cache, "model", counters);
        string[] texts = [.. Enumerable.Range(1, 50).Select(n => new string('x', n))];

        await embedder.GenerateAsync(texts.Where((_, i) => i % 5 == 0));
        GeneratedEmbeddings<Embedding<float>> all = await embedder.GenerateAsync(texts);
        GeneratedEmbeddings<Embedding<float>> again = await embedder.GenerateAsync(texts.Reverse());

        Assert.Equal([10, 32, 8], model.Batches);
        Assert.Equal(texts.Select(text => new[] { text.Length, 0.1f, float.Epsilon }), all.Select(embedding => embedding.Vector.ToArray()));
        Assert.Equal(texts.Reverse().Select(text => (float)text.Length), again.Select(embedding => embedding.Vector.Span[0]));
        Assert.Equal((3L, 1L, 50L), (counters.Calls, counters.CacheHits, counters.TokensRead));
    }

    [Fact]
    public async Task Other_dimensions_are_another_call()
    {
        await using CallCache cache = CallCache.Open(_folder.File("cache.db"));
        FakeEmbeddingGenerator model = new();
        using CachedEmbeddingGenerator embedder = new(model, cache, "model", new RunCounters());

        await embedder.GenerateAsync(["a"]);
        await embedder.GenerateAsync(["a"], new EmbeddingGenerationOptions { Dimensions = 64 });

        Assert.Equal(2, model.Batches.Count);
    }
}
