using R2Synth.Miners.Retrieval;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Retrieval;

public sealed class DenseRetrieverTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vectors").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

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

    [Fact]
    public async Task Vectors_are_kept_and_read_back_to_the_same_bits_without_a_call()
    {
        VectorPlace place = new(Path.Combine(_folder, "v", "dense.vec"), new string('a', 64));
        Passage[] passages = Corpus.Of("zz", "aab", "ab", "aaaa", "aa");
        DenseRetriever memory = await DenseRetriever.BuildAsync(FakeEmbedder.OfLetters(), passages);
        DenseRetriever written = await DenseRetriever.BuildAsync(FakeEmbedder.OfLetters(), passages, place: place);
        FakeEmbedder queriesOnly = new(text => text == "ab" ? FakeEmbedder.Letters(text) : throw new InvalidOperationException("asked for a passage"));
        Counter progress = new();
        DenseRetriever read = await DenseRetriever.BuildAsync(queriesOnly, passages, progress: progress, place: place);

        Assert.Equal(5, progress.Highest);
        Assert.Equal(await memory.SearchAsync("ab", 5), await written.SearchAsync("ab", 5));
        Assert.Equal(await memory.SearchAsync("ab", 5), await read.SearchAsync("ab", 5));
        Assert.Equal(1, read.Between(3, 4), 6);
        Assert.Equal([place.Path], Directory.GetFiles(Path.GetDirectoryName(place.Path)!));
    }

    [Theory]
    [InlineData("flipped")]
    [InlineData("cut")]
    [InlineData("other key")]
    [InlineData("other count")]
    [InlineData("no vectors")]
    public async Task A_damaged_or_foreign_file_is_made_again(string kind)
    {
        VectorPlace place = new(Path.Combine(_folder, "dense.vec"), new string('a', 64));
        Passage[] passages = Corpus.Of("zz", "aab", "ab", "aaaa");
        await DenseRetriever.BuildAsync(FakeEmbedder.OfLetters(), kind == "other count" ? passages[..3] : passages, place: kind == "other key" ? place with { Key = new string('b', 64) } : place);
        byte[] whole = await File.ReadAllBytesAsync(place.Path);
        if (kind == "flipped") whole[^7] ^= 1;
        await File.WriteAllBytesAsync(place.Path, kind == "cut" ? whole[..^4] : kind == "no vectors" ? [1, 2, 3] : whole);

        int asked = 0;
        FakeEmbedder counting = new(text =>
        {
            Interlocked.Increment(ref asked);
            return FakeEmbedder.Letters(text);
        });
        DenseRetriever again = await DenseRetriever.BuildAsync(counting, passages, place: place);
        Assert.Equal(4, asked);
        Assert.Equal([3, 1, 2, 0], (await again.SearchAsync("a", 9)).Select(hit => hit.Passage));
        await DenseRetriever.BuildAsync(counting, passages, place: place);
        Assert.Equal(5, asked); // the query alone
    }

    [Fact]
    public async Task A_file_that_cannot_be_written_costs_time_only()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "file"), "a file where a folder would have to be");
        DenseRetriever dense = await DenseRetriever.BuildAsync(FakeEmbedder.OfLetters(), Corpus.Of("a", "b"), place: new VectorPlace(Path.Combine(_folder, "file", "x.vec"), new string('a', 64)));
        Assert.Equal(0, (await dense.SearchAsync("a", 1))[0].Passage);
    }

    [Fact]
    public async Task A_query_of_another_length_is_refused_with_both_lengths()
    {
        DenseRetriever dense = await DenseRetriever.BuildAsync(new FakeEmbedder(text => new float[text == "query" ? 3 : 4]), Corpus.Of("a", "b"));
        InputException e = await Assert.ThrowsAsync<InputException>(async () => await dense.SearchAsync("query", 1));
        Assert.Contains("3 dimensions for a query and 4", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_queries_at_once_give_what_each_alone_gives()
    {
        Passage[] passages = [.. Enumerable.Range(0, 300).Select(i => new Passage { Docid = $"d{i}", Text = $"{(char)('a' + (i % 7))}{(char)('a' + (i % 5))}" })];
        DenseRetriever dense = await DenseRetriever.BuildAsync(FakeEmbedder.OfLetters(), passages);
        RetrievalQuery[] queries = [.. Enumerable.Range(0, 300).Select(i => new RetrievalQuery($"q{i}", $"{(char)('a' + (i % 26))}b"))];
        IReadOnlyList<IReadOnlyList<Hit>> all = await dense.RankAllAsync(queries, 9, parallelism: 3);
        for (int i = 0; i < queries.Length; i++) Assert.Equal(await dense.SearchAsync(queries[i].Text, 9), all[i]);
    }

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
