using System.Diagnostics;
using R2Synth.Bench.Hosted;
using R2Synth.Evaluation;
using R2Synth.Inference;
using R2Synth.Inference.Prompts;
using R2Synth.Miners;
using R2Synth.Miners.Ranking;
using R2Synth.Miners.Retrieval;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Bench.Judges;

/// <summary>
/// What the judges are worth on a judged collection, as Markdown: <c>judges --on BEIR_FOLDER</c>. Candidates come from BM25 and MiniLM. Everything goes through a cache of its own, so that a run that
/// was cut off goes on where it was, and a second pass shows that nothing is scored twice.
/// Flags: <c>--on</c>; <c>--queries</c> (100) and <c>--candidates</c> (20) of the pointwise judges; <c>--few</c> (12) and <c>--few-candidates</c> (8) of the dearer ones; <c>--judges</c> (names with
/// commas); <c>--model</c> (a GGUF, or a server's model with <c>--url</c>); <c>--threads</c> (1); <c>--words</c> (120); <c>--few-words</c> (60); <c>--cache</c> (a file).
/// </summary>
internal static class JudgesBench
{
    private const long Seed = 1;

    private static readonly string[] Cheap = [JudgeNames.Likelihood, JudgeNames.YesNo, JudgeNames.Gecko, JudgeNames.Qwen3Reranker, JudgeNames.Rerank];

    public static async Task RunAsync(string[] args)
    {
        Flags flags = new(args);
        JudgedCorpus collection = await JudgedCorpus.ReadAsync(flags.Text("on") ?? throw new ArgumentException("--on is missing: a BEIR folder."));
        string[] names = (flags.Text("judges") ?? $"{JudgeNames.Likelihood},{JudgeNames.YesNo},{JudgeNames.Gecko},{JudgeNames.Graded},{JudgeNames.Setwise},{JudgeNames.Pairwise},{JudgeNames.Listwise}").Split(',');
        string cacheFile = flags.Text("cache") ?? "outputs/bench-judges.db";
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(cacheFile)) ?? ".");
        await using CallCache cache = CallCache.Open(cacheFile);
        await using Backend backend = await OpenAsync(flags);
        await backend.ProbeAsync(names.Select(Miners.Ranking.Judges.Get).Aggregate(BackendAbilities.None, (needs, judge) => needs | judge.Needs[0]));
        PromptLibrary prompts = PromptLibrary.Load("prompts");
        MiningOptions mining = new() { Candidates = flags.Number("candidates", 20), JudgedWords = flags.Number("words", 120) };
        IReadOnlyList<BenchedQuery> queries = await CandidatesAsync(collection, flags.Number("queries", 100), mining, cache, flags.Number("threads", 1));
        int fewWords = flags.Number("few-words", 60);
        JudgesOptions options = new() { PickWords = fewWords, ListwiseWords = fewWords };
        BenchedQuery[] few = [.. queries.Take(flags.Number("few", 12)).Select(query => query.Take(flags.Number("few-candidates", 8)))];

        TextWriter report = Console.Out;
        report.WriteLine($"{collection.Name}: {collection.Passages.Count} passages; {queries.Count} queries with {mining.Candidates} candidates, of which {Share(queries, collection):P0} have a relevant one. {backend.ModelIdentity}.\n");
        Task<JudgedPass> PassAsync(string name, IReadOnlyList<BenchedQuery> on, bool orders) => JudgeAsync(name, on, orders, backend, cache, prompts, options, mining.JudgedWords, collection.Passages);
        (string[] Names, IReadOnlyList<BenchedQuery> Queries)[] tables = [([.. names.Where(name => Cheap.Contains(name))], queries), ([.. names.Where(name => !Cheap.Contains(name))], few)];
        Dictionary<string, (long Calls, long Hits)> again = [];
        foreach ((string[] judges, IReadOnlyList<BenchedQuery> on) in tables.Where(table => table.Names.Length > 0))
        {
            JudgesTable table = new(on, collection.Passages, report);
            table.Head();
            foreach (string name in judges)
            {
                bool orders = on == few;
                JudgedPass pass = await PassAsync(name, on, orders);
                table.Row(pass);
                JudgedPass second = await PassAsync(name, on, orders);
                again[name] = (second.Calls, second.FromCache);
                if (!pass.Verdicts.Zip(second.Verdicts).All(pair => pair.First.SequenceEqual(pair.Second))) report.WriteLine($"| {name} | gave other verdicts in the second pass |");
            }

            table.Differences();
            report.WriteLine();
        }

        report.WriteLine("Second pass over the same cache: " + string.Join("; ", again.Select(one => $"{one.Key} {one.Value.Calls} calls made, {one.Value.Hits} answered from the cache")) + ".");
    }

    private static double Share(IReadOnlyList<BenchedQuery> queries, JudgedCorpus collection) =>
        queries.Average(query => query.Candidates.Any(passage => query.IsRelevant(collection.Passages[passage])) ? 1.0 : 0);

    private static Task<Backend> OpenAsync(Flags flags)
    {
        string model = flags.Text("model") ?? "models/SmolLM2-135M-Instruct-Q4_1.gguf";
        if (flags.Text("url") is not { } url)
            return BackendFactory.OpenAsync("bench", new BackendOptions { Kind = "LlamaCpp", Model = model, Weak = true, Requantize = "Q8_0", Threads = flags.Number("threads", 1), Sequences = 8 }, ".");
        BackendOptions server = new() { Kind = "OpenAI", Model = model };
        server.Endpoints.Add(new EndpointOptions { Url = url });
        return BackendFactory.OpenAsync("bench", server, ".");
    }

    // Drawn by a fixed seed, so that a smaller number of queries is a part of a larger one.
    private static async Task<IReadOnlyList<BenchedQuery>> CandidatesAsync(JudgedCorpus collection, int count, MiningOptions mining, CallCache cache, int threads)
    {
        BackendOptions options = new() { Kind = "LlamaCpp", Model = "models/all-MiniLM-L6-v2-Q8_0.gguf", Threads = threads };
        await using Backend embedder = await BackendFactory.OpenAsync("minilm", options, ".");
        using CachedEmbeddingGenerator embeddings = new(embedder.Embeddings!, cache, embedder.ModelIdentity, new RunCounters()); // that model embeds
        using Bm25Retriever bm25 = Bm25Retriever.Build(collection.Passages, mining.Bm25K1, mining.Bm25B);
        DenseRetriever dense = await DenseRetriever.BuildAsync(embeddings, collection.Passages);
        CandidatePool pool = new(collection.Passages, [bm25, dense], dense, mining);
        (string Qid, string Text)[] drawn = [.. collection.Queries];
        new UnitSeed(Seed, "bench/judges", 0).Shuffle(drawn.AsSpan());
        List<BenchedQuery> queries = [];
        foreach ((string qid, string text) in drawn.Take(count))
            queries.Add(new BenchedQuery(text, [.. (await pool.FindAsync(new RetrievalQuery(qid, text), [])).Candidates.Select(candidate => candidate.Passage)], collection.Qrels.Of(qid)));
        return queries;
    }

    private static async Task<JudgedPass> JudgeAsync(
        string name, IReadOnlyList<BenchedQuery> queries, bool orders, Backend backend, CallCache cache, PromptLibrary prompts, JudgesOptions options, int words, IReadOnlyList<Passage> corpus)
    {
        RunCounters counters = new();
        ReplyCounts counts = new();
        JudgeModels models = JudgeModels.Of(backend);
        using CachedChatClient? chat = models.Chat is { } writes ? new CachedChatClient(writes, cache, backend.ModelIdentity, counters) : null;
        models = models with
        {
            Scorer = models.Scorer is { } scorer ? new CachedTokenScorer(scorer, cache, backend.ScorerIdentity, counters) : null,
            Chat = chat,
            Reranker = models.Reranker is { } reranker ? new CachedReranker(reranker, cache, backend.ModelIdentity, counters) : null,
        };
        IPassageJudge judge = Miners.Ranking.Judges.Create(name, models, prompts, options, words, counts);
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        IReadOnlyList<IReadOnlyList<JudgeVerdict>> verdicts = judge is IPointwiseJudge pointwise
            ? await PassageWindow.JudgeAsync(pointwise.ScoreAsync, corpus, [.. queries.Select(query => (query.Text, query.Candidates))], backend.Concurrency)
            : await OneByOneAsync(judge, queries, corpus);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds, cpuSeconds = (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
        List<IReadOnlyList<IReadOnlyList<JudgedSample>>> trials = [];
        bool seesOrder = orders && Miners.Ranking.Judges.Get(name).SeesOthers;
        for (int q = 0; q < queries.Count; q++)
        {
            Passage[] passages = [.. queries[q].Candidates.Select(passage => corpus[passage])];
            trials.Add(!seesOrder ? [] : (await JudgeTrial.RunAsync(judge, queries[q].Text, passages, [.. passages.Select(queries[q].IsRelevant)], new UnitSeed(Seed, "bench/judges/order", q))).Orders);
        }

        return new JudgedPass { Judge = name, Verdicts = verdicts, Orders = trials, Counts = counts, Calls = counters.Calls, FromCache = counters.CacheHits, Seconds = seconds, CpuSeconds = cpuSeconds };
    }

    private static async Task<IReadOnlyList<IReadOnlyList<JudgeVerdict>>> OneByOneAsync(IPassageJudge judge, IReadOnlyList<BenchedQuery> queries, IReadOnlyList<Passage> corpus)
    {
        List<IReadOnlyList<JudgeVerdict>> verdicts = [];
        foreach (BenchedQuery query in queries) verdicts.Add(await judge.JudgeAsync(query.Text, [.. query.Candidates.Select(passage => corpus[passage])]));
        return verdicts;
    }
}
