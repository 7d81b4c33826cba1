using R2Synth.Miners.Retrieval;
using R2Synth.Records;
using Xunit.Abstractions;

namespace R2Synth.Evaluation.Tests;

public class Bm25ReferenceTests(ITestOutputHelper output)
{
    // The table of ../shared/data/README.md: another BM25 with the same parameters and another analyser, hence the tolerance.
    [SharedDataTheory]
    [InlineData("cranfield", 0.325)]
    [InlineData("cacm", 0.474)]
    [InlineData("hotpotqa-500", 0.759)]
    [InlineData("xquad/en", 0.968)]
    public async Task Bm25_reaches_the_reference_ndcg(string collection, double expected)
    {
        IReadOnlyList<Passage> corpus = SharedData.Corpus(collection);
        Qrels qrels = await Qrels.ReadAsync(Path.Combine(SharedData.Folder!, collection, "qrels", "test.tsv"));
        using Bm25Retriever bm25 = Bm25Retriever.Build(corpus);
        TrecRun run = new(SharedData.Queries(collection).SelectMany(q => bm25.Search(q.Text, 1000).Select(h => (q.Qid, corpus[h.Passage].Docid, h.Score))));

        EvaluationResult result = Evaluator.Evaluate(run, qrels);

        output.WriteLine($"{collection}: {string.Join(", ", Evaluator.MetricNames.Select(m => FormattableString.Invariant($"{m} {result.Mean(m):F4}")))}");
        Assert.InRange(result.Mean("ndcg@10"), expected - 0.03, expected + 0.03);
    }
}
