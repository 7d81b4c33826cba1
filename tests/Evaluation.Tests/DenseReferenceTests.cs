using R2Synth.Inference;
using R2Synth.Miners.Retrieval;
using R2Synth.Records;
using Xunit.Abstractions;

namespace R2Synth.Evaluation.Tests;

public class DenseReferenceTests(ITestOutputHelper output)
{
    // The shipped embedder at one thread: minutes. The figures are those of this embedder by this code; BM25's beside them are in ../shared/data/README.md.
    [SharedDataTheory]
    [Trait("Speed", "Slow")]
    [InlineData("xquad/en", 0.945)]
    public async Task MiniLM_reaches_its_figure(string collection, double expected) => await MeasureAsync(collection, "LlamaCpp", "all-MiniLM-L6-v2-Q8_0.gguf", expected);

    [SharedDataTheory]
    [InlineData("xquad/en", 0.793)]
    public async Task The_static_table_reaches_its_figure(string collection, double expected) => await MeasureAsync(collection, "Static", "all-MiniLM-L6-v2-static-256.safetensors", expected);

    private async Task MeasureAsync(string collection, string kind, string model, double expected)
    {
        BackendOptions options = new() { Kind = kind, Model = Path.Combine("models", model) };
        if (kind == "LlamaCpp") options.Threads = 1;
        await using Backend backend = await BackendFactory.OpenAsync("test", options, Root());
        IReadOnlyList<Passage> corpus = SharedData.Corpus(collection);
        Qrels qrels = await Qrels.ReadAsync(Path.Combine(SharedData.Folder!, collection, "qrels", "test.tsv"));
        DenseRetriever dense = await DenseRetriever.BuildAsync(backend.Embeddings!, corpus);
        // Every fifth query: the figure moves by a hundredth, the time by five.
        RetrievalQuery[] queries = [.. SharedData.Queries(collection).Where((_, i) => i % 5 == 0).Select(query => new RetrievalQuery(query.Qid, query.Text))];
        IReadOnlyList<IReadOnlyList<Hit>> rankings = await dense.RankAllAsync(queries, 100);
        TrecRun run = new(queries.Zip(rankings).SelectMany(query => query.Second.Select(hit => (query.First.Qid, corpus[hit.Passage].Docid, hit.Score))));

        EvaluationResult result = Evaluator.Evaluate(run, qrels);
        Dictionary<string, double> means = Evaluator.MetricNames.ToDictionary(name => name, name => result.Queries.Zip(result.PerQuery[name]).Where(query => run.Of(query.First).Count > 0).Average(query => query.Second));
        output.WriteLine($"{collection} {model}: {string.Join(", ", means.Select(mean => FormattableString.Invariant($"{mean.Key} {mean.Value:F4}")))}");
        Assert.InRange(means["ndcg@10"], expected - 0.03, expected + 0.03);
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "R2Synth.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("R2Synth.sln is not above the tests.");
    }
}
