using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using R2Synth.Generators.Gecko;
using R2Synth.Inference;
using R2Synth.Inference.Prompts;
using R2Synth.Inference.Structured;
using R2Synth.Pipeline.Dataflow;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Recipes;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Bench.Hosted;

/// <summary>
/// The product's way of one record with one model call, as a process of its own: units, prompt, checked reply, cached call, server, ledger, shard in id order.
/// Flags: <c>--url</c> (may repeat), <c>--places</c> (one a url), <c>--records</c>, <c>--parallelism</c>, <c>--folder</c>.
/// </summary>
internal static class Client
{
    private const string Stage = "bench/generate";

    public static async Task RunAsync(string[] args)
    {
        Flags flags = new(args);
        int records = flags.Number("records", 10_000);
        string folder = flags.Text("folder") ?? throw new ArgumentException("--folder is missing.");
        BackendOptions options = new() { Kind = "OpenAI", Model = "test-model" };
        foreach ((string url, string places) in flags.All("url").Zip(flags.All("places")))
            options.Endpoints.Add(new EndpointOptions { Url = url, MaxInFlight = int.Parse(places, CultureInfo.InvariantCulture) });
        int parallelism = flags.Number("parallelism", 2 * options.Endpoints.Sum(endpoint => endpoint.MaxInFlight));

        // At once: most of each is the runtime compiling its methods.
        Task<Prompt> loading = Task.Run(() => PromptLibrary.Load("prompts").Get(GeckoGenerator.PromptName, weak: false));
        Task<Backend> opening = Task.Run(() => BackendFactory.OpenAsync("bench", options, "."));
        IReadOnlyList<Passage> passages = await CorpusReader.ReadAllAsync("samples/field-guides", new CorpusOptions());
        Prompt prompt = await loading;
        RunCounters counters = new();
        await using Backend backend = await opening;
        await backend.ProbeAsync(BackendAbilities.Chat | BackendAbilities.StructuredOutput); // as every run begins
        await using CallCache cache = CallCache.Open(Path.Combine(folder, "cache.db"));
        await using RunLedger ledger = RunLedger.Open(Path.Combine(folder, "ledger.db"));
        await using ShardWriter shards = new(Path.Combine(folder, "shards"), "train", 10_000, jsonl: true);
        GeckoGenerator generator = new(new StructuredCaller(new CachedChatClient(backend.Chat!, cache, backend.ModelIdentity, counters)), prompt);
        double startCpu = Environment.CpuUsage.TotalTime.TotalSeconds;
        Timeline timeline = new();
        Stopwatch watch = Stopwatch.StartNew();
        await Flow
            .From(Enumerable.Range(0, records).Select(ordinal => UnitFlow.Begin("bench", ordinal, passages[ordinal % passages.Count])))
            .Units(Stage, parallelism, counters.Stage(Stage), async (unit, cancellationToken) =>
            {
                Passage seed = unit.Value!;
                string input = ContentHash.Of(backend.ModelIdentity, prompt.Hash, seed.Docid, seed.Title, seed.Text);
                GeckoDraft draft = await ledger.MemoizeAsync(
                    Stage, unit.Id, input, token => generator.DrawAsync(seed, new UnitSeed(1, Stage, unit.Ordinal).NextSamplerSeed(), token), RunContext.Json, cancellationToken);
                timeline.Count();
                return draft.Fault is { } fault ? unit.Refuse<Group>(Stage, fault, draft.Detail) : unit.Pass(Written(unit, draft, backend.ModelIdentity, prompt));
            })
            .InOrder()
            .ForEachAsync(async (unit, cancellationToken) =>
            {
                if (unit.Value is { } group) await shards.WriteAsync(group, cancellationToken);
                else await Console.Error.WriteLineAsync($"{unit.Id}: {unit.Reject?.Reason} {unit.Reject?.Detail}");
            });
        await shards.CompleteAsync();
        double seconds = watch.Elapsed.TotalSeconds;
        using Process process = Process.GetCurrentProcess();
        await Console.Out.WriteLineAsync(JsonSerializer.Serialize(new ClientFigures
        {
            Records = records,
            Written = shards.Groups,
            Calls = counters.Calls,
            Probes = options.Endpoints.Count,
            Seconds = seconds,
            CpuSeconds = process.TotalProcessorTime.TotalSeconds,
            StartCpuSeconds = startCpu,
            PeakBytes = process.PeakWorkingSet64,
            AllocatedBytes = GC.GetTotalAllocatedBytes(),
            Timeline = timeline.Points,
        }));
    }

    private static Group Written(Unit<Passage> unit, GeckoDraft draft, string model, Prompt prompt) => new()
    {
        Id = unit.Id,
        Recipe = "bench",
        TaskGroup = "bench",
        Instruction = draft.Task,
        Query = draft.Query,
        SeedDocid = unit.Value!.Docid, // a unit that came this far has its passage
        Positives = [new JudgedPassage { Docid = unit.Value.Docid, Title = unit.Value.Title, Text = unit.Value.Text, Origin = Origin.Seed }],
        Negatives = [],
        Provenance = new Provenance { Generator = model, Prompts = { [prompt.Name] = prompt.Hash } },
    };
}
