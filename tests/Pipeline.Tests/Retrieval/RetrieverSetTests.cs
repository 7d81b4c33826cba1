using R2Synth.Inference;
using R2Synth.Miners.Retrieval;
using R2Synth.Pipeline.Retrieval;
using R2Synth.Pipeline.Tests.Ledger;
using R2Synth.Records;

namespace R2Synth.Pipeline.Tests.Retrieval;

public sealed class RetrieverSetTests : IDisposable
{
    private static readonly Passage[] Passages =
        [new() { Docid = "d1", Text = "Bees dance on the comb." }, new() { Docid = "d2", Text = "Concrete sets because cement reacts with water." }];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Lexical_and_static_retrieval_need_no_cache_and_give_parts_and_vectors()
    {
        await using RetrieverSet set = await RetrieverSet.OpenAsync(Request("bm25+static"));
        Assert.Equal(["bm25", "static"], set.Parts.Select(part => part.Name));
        Assert.Equal("bm25+static", set.Retriever.Name);
        Assert.Equal("d1", Passages[(await set.Retriever.SearchAsync("dancing bees", 1))[0].Passage].Docid);
        Assert.Matches("^bm25 k1 0.9 b 0.4 en; static .* plain mean, weighed by idf over the corpus; fused by reciprocal rank, depth 100, k 60$", set.Identity);

        DenseRetriever vectors = await set.VectorsAsync();
        Assert.Same(set.Parts[1], vectors);
        float[] query = await vectors.EmbedAsync("dancing bees");
        Assert.True(vectors.Similarity(query, 0) > vectors.Similarity(query, 1) + 0.2f);
        Assert.False(File.Exists(_folder.File("cache.db")));
        Assert.Empty(set.Misfits);
    }

    [Fact]
    public async Task Vectors_of_the_embedder_are_there_for_a_retriever_that_has_none()
    {
        await using RetrieverSet set = await RetrieverSet.OpenAsync(Request("bm25"));
        DenseRetriever vectors = await set.VectorsAsync();
        Assert.Equal(256, vectors.Dimensions);
        Assert.Same(vectors, await set.VectorsAsync());
        Assert.Equal(1, vectors.Between(0, 0), 5);
    }

    [Fact]
    public async Task TF_IDF_and_impacts_are_there_by_name_and_German_is_analysed_as_German()
    {
        await File.WriteAllTextAsync(_folder.File("corpus.jsonl"), """
            {"id":"d1","vector":{"bees":2}}
            {"id":"d2","vector":{"bees":1,"cement":3}}
            {"id":"gone","vector":{"bees":9}}

            """);
        await File.WriteAllTextAsync(_folder.File("queries.jsonl"), """{"id":"q1","vector":{"bees":1,"cement":1}}""");
        string folder = Path.GetDirectoryName(_folder.File("corpus.jsonl"))!; // it has one
        await using RetrieverSet set = await RetrieverSet.OpenAsync(Request($"tfidf+impacts:{folder}"));
        Assert.Equal(["tfidf", "impacts"], set.Parts.Select(part => part.Name));
        Assert.Equal([1, 0], (await set.Parts[1].RankAsync(new RetrievalQuery("q1", "whatever it says"), 10)).Select(hit => hit.Passage));
        Assert.Contains("1 vectors are of passages that are not in the corpus, 'gone' first", Assert.Single(set.Misfits), StringComparison.Ordinal);

        Passage[] german = [new() { Docid = "d1", Text = "Die Häuser am Hafen" }, new() { Docid = "d2", Text = "Die Schiffe im Hafen" }];
        await using RetrieverSet stemmed = await RetrieverSet.OpenAsync(Request("bm25") with { Passages = german, Language = "de" });
        Assert.Equal("d1", german[(await stemmed.Retriever.SearchAsync("Haus", 1))[0].Passage].Docid);
        InputException missing = await Assert.ThrowsAsync<InputException>(() => RetrieverSet.OpenAsync(Request($"impacts:{_folder.File("nowhere")}")));
        Assert.Contains("there is no such file or folder", missing.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_corpus_and_a_backend_without_the_ability_are_refused()
    {
        Assert.Contains("The corpus is empty", (await Assert.ThrowsAsync<InputException>(() => RetrieverSet.OpenAsync(Request("bm25") with { Passages = [] }))).Message, StringComparison.Ordinal);
        Assert.Contains("needs a backend with TokenEmbeddings, and 'static' has Embeddings", (await Assert.ThrowsAsync<InputException>(() => RetrieverSet.OpenAsync(Request("bm25,late")))).Message, StringComparison.Ordinal);
        Assert.Contains("needs a backend with PromptStates", (await Assert.ThrowsAsync<InputException>(() => RetrieverSet.OpenAsync(Request("promptreps:static")))).Message, StringComparison.Ordinal);
    }

    private RetrieverRequest Request(string retriever)
    {
        R2SynthOptions options = new() { Embedder = "static" };
        options.Backends["static"] = new BackendOptions { Kind = "Static", Model = "models/all-MiniLM-L6-v2-static-256.safetensors" };
        options.Cache.Path = _folder.File("cache.db");
        return new RetrieverRequest { Options = options, SettingsFolder = Root(), Spec = RetrieverSpec.Parse(retriever), Passages = Passages };
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "R2Synth.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("R2Synth.sln is not above the tests.");
    }
}
