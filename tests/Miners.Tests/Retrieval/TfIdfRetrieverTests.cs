using R2Synth.Miners.Retrieval;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Retrieval;

public class TfIdfRetrieverTests
{
    [Fact]
    public void Search_is_lnc_ltc()
    {
        Passage[] passages = Corpus.Of("boat boat shore", "boat tree", "tree leaf", "leaf shore");
        using TfIdfRetriever tfIdf = TfIdfRetriever.Build(passages);
        // Query "shore shore leaf quiz": (1 + ln 2) ln(4/2) and ln(4/2); quiz is in no passage.
        double shore = 1 + Math.Log(2), length = Math.Sqrt((shore * shore) + 1);
        double boats = 1 + Math.Log(2);
        Dictionary<int, double> expected = new()
        {
            [0] = shore / length / Math.Sqrt((boats * boats) + 1),
            [2] = 1 / length / Math.Sqrt(2),
            [3] = (shore + 1) / length / Math.Sqrt(2),
        };
        IReadOnlyList<Hit> hits = tfIdf.Search("shore shore leaf quiz", 10);
        Assert.Equal([3, 0, 2], hits.Select(hit => hit.Passage));
        Assert.All(hits, hit => Assert.Equal(expected[hit.Passage], hit.Score, 5));
        Assert.Equal(hits.Select(hit => hit.Score), tfIdf.Score("shore shore leaf quiz", [3, 0, 2]));
    }

    [Fact]
    public async Task Search_of_a_passage_by_its_own_terms_is_1()
    {
        using TfIdfRetriever tfIdf = TfIdfRetriever.Build(Corpus.Of("boat", "tree", "leaf"));
        Assert.Equal(1, Assert.Single(await tfIdf.SearchAsync("the boats", 5)).Score, 6);
        Assert.Equal("tfidf", tfIdf.Name);
    }

    [Fact]
    public void A_term_that_every_passage_has_finds_nothing()
    {
        using TfIdfRetriever tfIdf = TfIdfRetriever.Build(Corpus.Of("boat shore", "boat tree"));
        Assert.Empty(tfIdf.Search("boat", 5));
        Assert.Equal([0], tfIdf.Search("boat shore", 5).Select(hit => hit.Passage));
        using TfIdfRetriever one = TfIdfRetriever.Build(Corpus.Of("boat"));
        Assert.Empty(one.Search("boat", 5));
        using TfIdfRetriever none = TfIdfRetriever.Build([]);
        Assert.Empty(none.Search("boat", 5));
    }

    [Fact]
    public void Ties_go_by_ordinal_docid()
    {
        Passage[] passages = [.. new[] { "b", "a", "B", "10" }.Select(d => new Passage { Docid = d, Text = "boat" }), new Passage { Docid = "0", Text = "tree" }];
        using TfIdfRetriever tfIdf = TfIdfRetriever.Build(passages);
        Assert.Equal(["10", "B", "a", "b"], tfIdf.Search("boat", 10).Select(hit => passages[hit.Passage].Docid));
    }

    [Fact]
    public async Task OpenOrBuild_never_takes_the_index_of_another_weighting()
    {
        string folder = Directory.CreateTempSubdirectory("r2synth-tfidf-").FullName;
        try
        {
            string path = Path.Combine(folder, "lexical.index");
            Passage[] passages = Corpus.Of("boat shore", "tree");
            (await Bm25Retriever.OpenOrBuildAsync(path, passages)).Dispose();
            using (TfIdfRetriever built = await TfIdfRetriever.OpenOrBuildAsync(path, passages)) Assert.False(built.Origin.Opened);
            using TfIdfRetriever opened = await TfIdfRetriever.OpenOrBuildAsync(path, passages);
            Assert.True(opened.Origin.Opened);
            Assert.Equal([0], opened.Search("shore", 3).Select(hit => hit.Passage));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
