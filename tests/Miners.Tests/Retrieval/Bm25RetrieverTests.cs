using CsCheck;
using R2Synth.Miners.Retrieval;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Retrieval;

public class Bm25RetrieverTests
{
    [Fact]
    public void Search_scores_by_Lucenes_formula()
    {
        // 4 passages of 2 terms; "boat" in two of them, once and twice: with b = 0 the length has no say.
        Passage[] passages = Corpus.Of("boat shore", "boat boat", "tree leaf", "leaf shore");
        using Bm25Retriever bm25 = Bm25Retriever.Build(passages, k1: 0.9, b: 0);
        double idf = Math.Log(1 + ((4 - 2 + 0.5) / (2 + 0.5)));
        IReadOnlyList<Hit> hits = bm25.Search("boat", 10);
        Assert.Equal([1, 0], hits.Select(h => h.Passage));
        Assert.Equal(idf * 2 * 1.9 / (2 + 0.9), hits[0].Score, 5);
        Assert.Equal(idf * 1 * 1.9 / (1 + 0.9), hits[1].Score, 5);
    }

    [Fact]
    public void Search_ties_go_by_ordinal_docid_whatever_the_corpus_order()
    {
        Passage[] passages = [.. new[] { "b", "a", "B", "10", "9" }.Select(d => new Passage { Docid = d, Text = "the same text" })];
        using Bm25Retriever bm25 = Bm25Retriever.Build(passages);
        Assert.Equal(["10", "9", "B", "a", "b"], bm25.Search("same text", 10).Select(h => passages[h.Passage].Docid));
        Assert.Equal(["10", "9"], bm25.Search("same text", 2).Select(h => passages[h.Passage].Docid));
    }

    [Theory]
    [InlineData("boats")]
    [InlineData("BOAT'S")]
    [InlineData("the boat")]
    public void Search_analyses_as_English(string query)
    {
        using Bm25Retriever bm25 = Bm25Retriever.Build(Corpus.Of("tree", "a boat"));
        Assert.Equal([1], bm25.Search(query, 10).Select(h => h.Passage));
    }

    [Theory]
    [InlineData("+boat -shore")]
    [InlineData("boat AND (shore OR \"")]
    [InlineData("body:boat shore~ boa*t^9 [")]
    public void Search_query_is_never_syntax(string query)
    {
        using Bm25Retriever bm25 = Bm25Retriever.Build(Corpus.Of("shore", "tree"));
        Assert.Contains(0, bm25.Search(query, 10).Select(h => h.Passage));
    }

    [Theory]
    [InlineData("")]
    [InlineData("the of and")]
    [InlineData("!?")]
    public void Search_without_terms_finds_nothing(string query)
    {
        using Bm25Retriever bm25 = Bm25Retriever.Build(Corpus.Of("the boat"));
        Assert.Empty(bm25.Search(query, 10));
        Assert.Equal([0.0], bm25.Score(query, [0]));
    }

    [Fact]
    public void Search_title_counts_as_text()
    {
        using Bm25Retriever bm25 = Bm25Retriever.Build([new Passage { Docid = "a", Title = "Boats", Text = "shore" }]);
        Assert.Single(bm25.Search("boat", 1));
    }

    [Fact]
    public void Search_repeated_term_weighs_twice()
    {
        using Bm25Retriever bm25 = Bm25Retriever.Build(Corpus.Of("boat", "tree"));
        Assert.Equal(2 * bm25.Search("boat", 1)[0].Score, bm25.Search("boat boat", 1)[0].Score, 5);
    }

    [Fact]
    public void Search_query_of_thousands_of_terms_works()
    {
        using Bm25Retriever bm25 = Bm25Retriever.Build(Corpus.Of("w1999", "tree"));
        Assert.Single(bm25.Search(string.Join(' ', Enumerable.Range(0, 3000).Select(i => $"w{i}")), 5));
    }

    [Fact]
    public void Score_agrees_with_search_in_any_order()
    {
        Passage[] passages = [.. Enumerable.Range(0, 40).Select(i => new Passage { Docid = $"d{i * 7 % 40:D2}", Text = $"boat {(i % 3 == 0 ? "shore" : "tree")} {i}" })];
        using Bm25Retriever bm25 = Bm25Retriever.Build(passages);
        Dictionary<int, double> found = bm25.Search("shore boat 5", 100).ToDictionary(h => h.Passage, h => h.Score);
        int[] asked = [39, 0, 17, 5, 5, 22];
        IReadOnlyList<double> scores = bm25.Score("shore boat 5", asked);
        Assert.All(asked.Zip(scores), p => Assert.Equal(found[p.First], p.Second, 5));
        Assert.Equal([0.0], bm25.Score("shore", [1]));
    }

    [Fact]
    public void Build_empty_corpus_finds_nothing()
    {
        using Bm25Retriever bm25 = Bm25Retriever.Build([]);
        Assert.Empty(bm25.Search("boat", 5));
    }

    [Fact]
    public async Task Searches_at_once_give_what_they_give_alone()
    {
        Passage[] passages = [.. Enumerable.Range(0, 200).Select(i => new Passage { Docid = $"d{i}", Text = $"boat{i % 7} shore{i % 11} tree{i % 13}" })];
        using Bm25Retriever bm25 = Bm25Retriever.Build(passages);
        string[] queries = [.. Enumerable.Range(0, 200).Select(i => $"boat{i % 7} tree{i % 13}")];
        IReadOnlyList<Hit>[] alone = [.. queries.Select(q => bm25.Search(q, 20))];
        IReadOnlyList<Hit>[] atOnce = new IReadOnlyList<Hit>[queries.Length];
        await Parallel.ForAsync(0, queries.Length, async (i, token) => atOnce[i] = await bm25.SearchAsync(queries[i], 20, token));
        Assert.Equal(alone, atOnce);
    }

    [Fact]
    public void Arguments_out_of_range_throw()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Bm25Retriever.Build([], k1: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Bm25Retriever.Build([], b: 1.1));
        using Bm25Retriever bm25 = Bm25Retriever.Build([]);
        Assert.Throws<ArgumentOutOfRangeException>(() => bm25.Search("boat", 0));
    }

    [Fact]
    public void Search_is_the_formula_on_any_corpus() =>
        Gen.Select(Gen.Int[0, 7].Array[0, 12].Array[1, 60], Gen.Int[0, 9].Array[0, 8], Gen.Double[0, 3], Gen.Double[0, 1], Gen.Int[1, 70]).Sample(
            (corpus, asked, k1, b, depth) =>
            {
                // The docids' order is not the corpus's; a term 8 or 9 is in no passage.
                Passage[] passages = [.. corpus.Select((terms, i) => new Passage { Docid = $"d{i * 37 % 61:D2}", Text = Text(terms) })];
                using Bm25Retriever bm25 = Bm25Retriever.Build(passages, k1, b);
                IReadOnlyList<Hit> hits = bm25.Search(Text(asked), depth);

                double mean = corpus.Average(terms => terms.Length);
                double[] expected = [.. corpus.Select(terms => asked.Sum(term => Formula(term, terms, corpus, mean, k1, b)))];
                Assert.Equal(expected.Count(score => score > 0), bm25.Search(Text(asked), 100).Count);
                Assert.Equal(Math.Min(depth, expected.Count(score => score > 0)), hits.Count);
                Assert.All(hits, hit => Assert.Equal(expected[hit.Passage], hit.Score, 1e-5 * (1 + expected[hit.Passage])));
                Assert.Equal(hits.OrderByDescending(hit => hit.Score).ThenBy(hit => passages[hit.Passage].Docid, StringComparer.Ordinal), hits);
                double last = hits.Count == 0 ? 0 : hits[^1].Score;
                Assert.All(expected.Index().ExceptBy(hits.Select(hit => hit.Passage), one => one.Index), one => Assert.True(hits.Count < depth ? one.Item == 0 : one.Item <= last * (1 + 1e-5)));
                Assert.All(hits, hit => Assert.Equal(hit.Score, bm25.Score(Text(asked), [hit.Passage])[0]));
            },
            iter: 1000);

    [Fact]
    public void Build_is_the_same_at_any_parallelism()
    {
        Passage[] passages = [.. Enumerable.Range(0, 1500).Select(i => new Passage { Docid = $"d{i * 7 % 1500}", Text = $"boat{i % 7} shore{i % 11} w{i}" })];
        using Bm25Retriever one = Bm25Retriever.Build(passages, parallelism: 1);
        using Bm25Retriever four = Bm25Retriever.Build(passages, parallelism: 4);
        Assert.Equal(one.Search("boat3 shore5 w17", 900), four.Search("boat3 shore5 w17", 900));
    }

    [Fact]
    public void Search_allocates_little_beside_its_hits()
    {
        using Bm25Retriever bm25 = Bm25Retriever.Build([.. Enumerable.Range(0, 500).Select(i => new Passage { Docid = $"d{i}", Text = $"boat{i % 7} shore{i % 11} tree" })]);
        for (int i = 0; i < 3; i++) bm25.Search("boat3 shore5 tree", 100);
        long before = GC.GetAllocatedBytesForCurrentThread();
        bm25.Search("boat3 shore5 tree", 100);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1600, 1600 + 100); // 100 hits of 16 bytes
    }

    [Fact]
    public void Build_corpus_of_one_passage_finds_it()
    {
        using Bm25Retriever bm25 = Bm25Retriever.Build(Corpus.Of("a boat"));
        Assert.Equal(Math.Log(1 + (0.5 / 1.5)), Assert.Single(bm25.Search("boat", 3)).Score, 5); // tf and length are the mean: tf's part is 1
    }

    [Theory]
    [InlineData("de", "Häuser", "das alte Haus", "ein Boot")]
    [InlineData("zh", "大学", "我在北京大学", "我在上海")]
    [InlineData("th", "ภาษา", "เรียนภาษาไทย", "เรือ")]
    public void Search_analyses_as_the_language(string language, string query, string hit, string other)
    {
        using Bm25Retriever bm25 = Bm25Retriever.Build(Corpus.Of(other, hit), language: language);
        Assert.Equal([1], bm25.Search(query, 10).Select(h => h.Passage));
    }

    [Fact]
    public async Task OpenOrBuild_opens_what_it_wrote_and_rebuilds_what_is_stale_or_damaged()
    {
        string folder = Directory.CreateTempSubdirectory("r2synth-bm25-").FullName;
        try
        {
            string path = Path.Combine(folder, "bm25.index");
            Passage[] passages = Corpus.Of("boat shore", "boat boat", "tree leaf");
            using Bm25Retriever memory = Bm25Retriever.Build(passages);
            Assert.Equal("Built in memory.", memory.Origin.Reason);
            await OpenAsync(passages, 0.9, "en", $"Built and written to {path}: there was no such file.");
            await OpenAsync(passages, 0.9, "en", $"Opened from {path}.");
            await OpenAsync(passages, 1.2, "en", $"Built and written to {path}: the file was made from other passages or with other settings.");
            await OpenAsync(passages, 1.2, "de", $"Built and written to {path}: the file was made from other passages or with other settings.");
            await OpenAsync([.. passages[..2], passages[2] with { Text = "tree leaves" }], 1.2, "de", $"Built and written to {path}: the file was made from other passages or with other settings.");
            byte[] bytes = await File.ReadAllBytesAsync(path);
            bytes[^1] ^= 1;
            bytes[200] ^= 1;
            await File.WriteAllBytesAsync(path, bytes);
            await OpenAsync([.. passages[..2], passages[2] with { Text = "tree leaves" }], 1.2, "de", $"Built and written to {path}: the file was damaged (its checksum differs).");

            async Task OpenAsync(Passage[] corpus, double k1, string language, string reason)
            {
                using Bm25Retriever bm25 = await Bm25Retriever.OpenOrBuildAsync(path, corpus, k1, language: language);
                using Bm25Retriever built = Bm25Retriever.Build(corpus, k1, language: language);
                Assert.Equal(reason, bm25.Origin.Reason);
                Assert.Equal(reason.StartsWith("Opened", StringComparison.Ordinal), bm25.Origin.Opened);
                Assert.Equal(built.Search("boat leaves", 5), bm25.Search("boat leaves", 5));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task OpenOrBuild_builds_in_memory_where_no_file_can_be_written()
    {
        string file = Path.GetTempFileName();
        try
        {
            using Bm25Retriever bm25 = await Bm25Retriever.OpenOrBuildAsync(Path.Combine(file, "bm25.index"), Corpus.Of("boat shore", "boat boat"));
            Assert.Equal("Built in memory.", bm25.Origin.Reason);
            Assert.Equal([1, 0], bm25.Search("boat", 5).Select(hit => hit.Passage));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task An_opened_index_that_was_disposed_of_throws()
    {
        string folder = Directory.CreateTempSubdirectory("r2synth-bm25-").FullName;
        try
        {
            string path = Path.Combine(folder, "bm25.index");
            (await Bm25Retriever.OpenOrBuildAsync(path, Corpus.Of("boat"))).Dispose();
            Bm25Retriever opened = await Bm25Retriever.OpenOrBuildAsync(path, Corpus.Of("boat"));
            opened.Dispose();
            Assert.Throws<ObjectDisposedException>(() => opened.Search("boat", 1));
            Assert.Throws<ObjectDisposedException>(() => opened.Score("boat", [0]));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Text(int[] terms) => string.Join(' ', terms.Select(term => $"w{term}"));

    private static double Formula(int term, int[] terms, int[][] corpus, double mean, double k1, double b)
    {
        int tf = terms.Count(one => one == term), n = corpus.Count(one => one.Contains(term));
        double idf = Math.Log(1 + ((corpus.Length - n + 0.5) / (n + 0.5)));
        return tf == 0 ? 0 : idf * tf * (k1 + 1) / (tf + (k1 * (1 - b + (b * terms.Length / mean))));
    }
}
