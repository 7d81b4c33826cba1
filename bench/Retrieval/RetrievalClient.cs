using System.Diagnostics;
using System.Text.Json;
using R2Synth.Bench.Hosted;
using R2Synth.Evaluation;
using R2Synth.Miners.Retrieval;
using R2Synth.Records;

namespace R2Synth.Bench.Retrieval;

/// <summary>Measures one index in a process of its own: <c>--index ours|lucene --copies N --changed 0|1 --rounds N</c>; figures as one line of JSON.</summary>
internal static class RetrievalClient
{
    private const int Depth = 100;

    public static async Task RunAsync(string[] args)
    {
        Flags flags = new(args);
        JudgedCorpus judged = await JudgedCorpus.ReadAsync(Path.Combine(RetrievalBench.Data, "hotpotqa-500"));
        IReadOnlyList<Passage> passages = GrownCorpus.Of(judged.Passages, flags.Number("copies", 1), flags.Number("changed", 1) == 1);
        string[] queries = [.. judged.Queries.Select(query => query.Text)];
        GC.Collect();
        double corpus = Process.GetCurrentProcess().WorkingSet64 / 1e6;

        long start = Stopwatch.GetTimestamp();
        (Func<string, IReadOnlyList<Hit>> search, IDisposable index) = Build(flags.Text("index") ?? "ours", passages);
        double indexSeconds = Seconds(start);
        IReadOnlyList<Hit>[] hits = new IReadOnlyList<Hit>[queries.Length];
        double first = Rate(1, 1), one = Rate(flags.Number("rounds", 10), 1), two = Rate(flags.Number("rounds", 10), 2);
        TrecRun run = new(hits.SelectMany((found, i) => found.Select((hit, rank) => (judged.Queries[i].Qid, passages[hit.Passage].Docid, (double)-rank)))); // ranks, as the evaluation has another order of ties
        double ndcg = Evaluator.Evaluate(run, judged.Qrels).Mean("ndcg@10");
        double peak = Process.GetCurrentProcess().PeakWorkingSet64 / 1e6;
        index.Dispose();
        (double fileMb, double openSeconds) = flags.Text("index") == "lucene" ? (0, 0) : await FileAsync(passages);
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(new RetrievalFigures(passages.Count, indexSeconds, first, one, two, ndcg, corpus, peak, fileMb, openSeconds)));

        double Rate(int rounds, int threads)
        {
            long begun = Stopwatch.GetTimestamp();
            if (threads == 1)
            {
                for (int i = 0; i < rounds * queries.Length; i++) hits[i % queries.Length] = search(queries[i % queries.Length]);
            }
            else
            {
                Parallel.For(0, rounds * queries.Length, new ParallelOptions { MaxDegreeOfParallelism = threads }, i => hits[i % queries.Length] = search(queries[i % queries.Length]));
            }

            return rounds * queries.Length / Seconds(begun);
        }
    }

    private static (Func<string, IReadOnlyList<Hit>> Search, IDisposable Index) Build(string name, IReadOnlyList<Passage> passages)
    {
        if (name == "lucene")
        {
            LuceneBm25 lucene = LuceneBm25.Build(passages);
            return (query => lucene.Search(query, Depth), lucene);
        }

        Bm25Retriever ours = Bm25Retriever.Build(passages);
        return (query => ours.Search(query, Depth), ours);
    }

    private static async Task<(double FileMb, double OpenSeconds)> FileAsync(IReadOnlyList<Passage> passages)
    {
        string path = Path.Combine("outputs", "bench-retrieval", "bm25.index");
        (await Bm25Retriever.OpenOrBuildAsync(path, passages)).Dispose();
        long start = Stopwatch.GetTimestamp();
        using Bm25Retriever opened = await Bm25Retriever.OpenOrBuildAsync(path, passages);
        double seconds = Seconds(start);
        if (!opened.Origin.Opened) throw new InvalidOperationException(opened.Origin.Reason);
        return (new FileInfo(path).Length / 1e6, seconds);
    }

    private static double Seconds(long start) => Stopwatch.GetElapsedTime(start).TotalSeconds;
}
