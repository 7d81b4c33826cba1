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
}
