using R2Synth.Miners.Retrieval;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Retrieval;

public class DenseRetrieverTests
{
    [Fact]
    public async Task Search_orders_by_cosine_then_docid()
    {
        Passage[] passages = Corpus.Of("zz", "aab", "ab", "aaaa", "aa");
        DenseRetriever dense = await DenseRetriever.BuildAsync(FakeEmbedder.OfLetters(), passages);
        IReadOnlyList<Hit> hits = await dense.SearchAsync("a", 4);
        Assert.Equal([3, 4, 1, 2], hits.Select(h => h.Passage));
        Assert.Equal(1, hits[1].Score, 6);
        Assert.Equal(1 / Math.Sqrt(2), hits[3].Score, 6);
        Assert.Equal(5, (await dense.SearchAsync("a", 50)).Count);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public async Task Build_reports_all_passages_and_does_not_depend_on_parallelism(int parallelism)
    {
        Passage[] passages = [.. Enumerable.Range(0, 100).Select(i => new Passage { Docid = $"d{i}", Text = new string((char)('a' + (i % 26)), 1 + i) + "xyz" })];
        Counter progress = new();
        DenseRetriever dense = await DenseRetriever.BuildAsync(FakeEmbedder.OfLetters(), passages, parallelism, progress);
        float[] query = await dense.EmbedAsync("axyz");
        float[] similarities = dense.Similarities(query);
        Assert.Equal(100, progress.Highest);
        Assert.Equal(26, dense.Dimensions);
        Assert.All(Enumerable.Range(0, 100), i => Assert.Equal(similarities[i], dense.Similarity(query, i)));
        Assert.Equal(1, similarities[0], 6);
        Assert.Equal(similarities.Max(), (await dense.SearchAsync("axyz", 1))[0].Score);
    }

    [Fact]
    public async Task Build_unequal_lengths_throws() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() => DenseRetriever.BuildAsync(new FakeEmbedder(t => new float[t.Length]), Corpus.Of("a", "aa")));

    [Fact]
    public async Task Build_value_that_is_no_number_names_the_passage()
    {
        InvalidOperationException e = await Assert.ThrowsAsync<InvalidOperationException>(
            () => DenseRetriever.BuildAsync(new FakeEmbedder(t => [t == "b" ? float.NaN : 1]), Corpus.Of("a", "b")));
        Assert.Contains("d1", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Empty_corpus_finds_nothing() =>
        Assert.Empty(await (await DenseRetriever.BuildAsync(FakeEmbedder.OfLetters(), [])).SearchAsync("a", 5));

    private sealed class Counter : IProgress<int>
    {
        private int _highest;

        public int Highest => _highest;

        public void Report(int value)
        {
            lock (this)
            {
                _highest = Math.Max(_highest, value);
            }
        }
    }
}
