using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using R2Synth.Generators.Gecko;
using R2Synth.Inference;
using R2Synth.Inference.Prompts;
using R2Synth.Inference.Structured;
using R2Synth.Miners;
using R2Synth.Miners.Ranking;
using R2Synth.Miners.Retrieval;
using R2Synth.Pipeline.Dedup;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Money;
using R2Synth.Pipeline.Recipes;
using R2Synth.Pipeline.Reporting;
using R2Synth.Pipeline.Retrieval;
using R2Synth.Records;

namespace R2Synth.Pipeline;

/// <summary>Everything that a run needs, opened and checked before the first model call, and what it is written to.</summary>
internal sealed class RunSetup : IAsyncDisposable
{
    // These change how fast a run goes, or where its cache is, never what comes out.
    private static readonly HashSet<string> NotInFingerprint = new(["Pipeline:Parallelism", "Cache:Path", "Prompts", "Generator", "Judge", "Embedder"], StringComparer.Ordinal);

    private readonly R2SynthOptions _options;
    private readonly RunRequest _request;
    private readonly RunCounters _counters;
    private readonly SemaphoreSlim _indexing = new(1, 1);
    private Kernel? _kernel;
    private readonly SpendingGuard _spending;
    private CallCache? _cache;
    private RunFolder? _folder;
    private Bm25Retriever? _bm25;
    private CandidatePool? _candidates;

    private RunSetup(R2SynthOptions options, RunRequest request, RunCounters counters)
    {
        (_options, _request, _counters) = (options, request, counters);
        _spending = new SpendingGuard(request.Budget, counters);
    }

    /// <summary>Version of the program.</summary>
    public static string Version { get; } = typeof(RunSetup).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>Recipes, prompts, corpus, topics.</summary>
    public RunInputs Inputs { get; private set; } = null!; // set by OpenAsync, the only maker

    /// <summary>The models.</summary>
    public RunBackends Backends { get; private set; } = null!; // as above

    /// <summary>The cache of model calls.</summary>
    public CallCache Cache => _cache!; // set by OpenAsync, the only maker

    /// <summary>Opens and checks all that can be checked without asking a server.</summary>
    /// <exception cref="InputException">Everything found, one finding a line.</exception>
    public static async Task<RunSetup> OpenAsync(
        R2SynthOptions options, string settingsFolder, RunRequest request, RunCounters counters, CancellationToken cancellationToken)
    {
        RunSetup setup = new(options, request, counters);
        try
        {
            List<string> findings = [];
            setup.Inputs = await RunInputs.ReadAsync(options, settingsFolder, request, findings, cancellationToken);
            setup.Backends = new RunBackends(options, settingsFolder, setup.Inputs.Recipes);
            await setup.Backends.OpenAsync(setup._spending, findings, cancellationToken);
            await setup.Backends.CheckAsync(probed: false, findings, cancellationToken);
            Backend? writer = setup.Backends.Writer?.Backend;
            if (writer is not null && request.Recipes.Contains(GeckoRecipe.Name)) CheckDraws(options.Gecko, writer.Weak, findings);
            ThrowIfAny(findings);
            Backend? embedder = setup.Backends.Embedder?.Backend is { Embeddings: not null } named ? named : null;
            setup._kernel = KernelFactory.Create(writer, setup.Backends.Judge?.Backend, embedder, setup.Inputs.Prompts, writer?.Weak == true);
            setup._cache = CallCache.Open(Path.GetFullPath(options.Cache.Path));
            return setup;
        }
        catch
        {
            await setup.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the run's folder, and only then makes the first requests: what they cost is written there.</summary>
    /// <exception cref="InputException">The folder is another run's, or a server is not there or cannot do what the run needs.</exception>
    public async Task<RunFolder> BeginAsync(CancellationToken cancellationToken)
    {
        _folder = RunFolder.Open(_request.Out);
        await _spending.AttachAsync(_folder.Ledger);
        List<string> findings = [];
        await Backends.ProbeAsync(Cache, findings, cancellationToken);
        ThrowIfAny(findings);
        await Backends.CheckAsync(probed: true, findings, cancellationToken);
        ThrowIfAny(findings);
        await _folder.BindAsync(Fingerprint());
        return _folder;
    }

    /// <summary>What the run's results depend on, by name: the same folder is for the same of these.</summary>
    public IEnumerable<KeyValuePair<string, string>> Fingerprint()
    {
        yield return new("format", "1");
        yield return new("recipes", string.Join(' ', _request.Recipes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)));
        yield return new("--seed", _request.Seed.ToString(CultureInfo.InvariantCulture));
        yield return new("--count", _request.Count?.ToString(CultureInfo.InvariantCulture) ?? "by recipe");
        yield return new("--languages", string.Join(',', _request.Languages));
        foreach (ModelReport model in Backends.Models) yield return new($"{model.Role} model", model.Identity);
        foreach (InputReport input in Inputs.Reports) yield return new($"content of {input.Role}", input.Hash);
        foreach (KeyValuePair<string, string> setting in SettingsThatCount(_options)) yield return setting;
    }

    /// <summary>The settings that change what comes out, by key. Of the backends only the models' identities count, which are no settings.</summary>
    public static IEnumerable<KeyValuePair<string, string>> SettingsThatCount(R2SynthOptions options) => SettingsList.Flatten(options)
        .Where(setting => !NotInFingerprint.Contains(setting.Key) && !setting.Key.StartsWith("Backends:", StringComparison.Ordinal));

    /// <summary>What the recipes work with.</summary>
    public RunContext Context(RunLedger ledger) => new()
    {
        Options = _options,
        Request = _request,
        Ledger = ledger,
        Counters = _counters,
        Prompts = Inputs.Prompts,
        RetrievalParallelism = _options.Pipeline.Parallelism ?? Math.Max(Environment.ProcessorCount, Backends.Embedder?.Parallelism ?? 1), // BM25 is our own work
        Passages = Inputs.Passages,
        RetrievalIdentity = RetrievalIdentity(),
        Candidates = CandidatesAsync,
        Topics = Inputs.Topics,
        Queries = new NearDuplicateIndex(_options.Pipeline.NearDuplicate),
    };

    /// <summary>What the recipes that write and judge work with. Call where there is one.</summary>
    public RunModels Models()
    {
        (BackendInUse writing, BackendInUse judging) = (Backends.Writer!, Backends.Judge!); // a recipe needs them, so they were opened
        (Backend writer, Backend judge) = (writing.Backend, judging.Backend);
        Prompt judgePrompt = Inputs.Prompts.Get("judge/relevance", judge.Weak);
        CachedTokenScorer scorer = new(new ProbedScorer(judging), Cache, judging.ScorerIdentity, _counters, oneByOne: judging.IsServer);
        LikelihoodJudge reading = new(scorer, JudgePrompt.From(judgePrompt), _options.Mining.JudgedWords);
        IPointwiseJudge[] others = Inputs.Methods.FromOneReading ? [] : [.. Inputs.Methods.Methods.Select(method => (IPointwiseJudge)Judges.Create(
            method.Name, JudgeBackend.Models(judging, Cache, _counters), Inputs.Prompts, _options.Judges, _options.Mining.JudgedWords))]; // RecipeMethods allows no other
        Prompt[] prompts = [.. Inputs.Methods.Methods.Select(method => Inputs.Prompts.Get(method.Prompts[0], judge.Weak)).Append(judgePrompt).DistinctBy(prompt => prompt.Name)];
        return new RunModels
        {
            WriterParallelism = _options.Pipeline.Parallelism ?? writing.Parallelism,
            JudgeParallelism = _options.Pipeline.Parallelism ?? judging.Parallelism,
            Writer = new StructuredCaller(new CachedChatClient(_kernel!.GetRequiredService<IChatClient>(KernelFactory.Generator), Cache, writer.ModelIdentity, _counters)), // set by OpenAsync
            WeakWriter = writer.Weak,
            WriterIdentity = writer.ModelIdentity,
            Judge = reading,
            Judges = new RecipeJudges(Inputs.Methods, reading, others),
            JudgePrompts = prompts.ToDictionary(prompt => prompt.Name, prompt => prompt.Hash),
            JudgeIdentity = $"{(others.Length == 0 ? "" : $"{string.Join('+', others.Select(other => other.Name))} of {string.Join(' ', prompts.Select(prompt => prompt.Hash[..16]))} by ")}{judging.ScorerIdentity}; prompt {judgePrompt.Hash[..16]}; {_options.Mining.JudgedWords} words",
        };
    }

    /// <summary>Closes the models, the cache and the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        _bm25?.Dispose();
        if (Backends is not null) await Backends.DisposeAsync();
        (Inputs?.Passages as IDisposable)?.Dispose();
        if (_cache is not null) await _cache.DisposeAsync();
        await _spending.DisposeAsync();
        if (_folder is not null) await _folder.DisposeAsync();
        _indexing.Dispose();
    }

    private static void ThrowIfAny(List<string> findings)
    {
        if (findings.Count > 0) throw new InputException(string.Join('\n', findings.Distinct(StringComparer.Ordinal)));
    }

    private static void CheckDraws(GeckoOptions gecko, bool weakWriter, List<string> findings)
    {
        int draws = GeckoRecipe.DrawsOf(gecko, weakWriter);
        if (gecko.Queries > draws)
            findings.Add($"Gecko:Queries is {gecko.Queries}, and a seed passage gets {draws} drafts. Set Gecko:{(weakWriter ? "WeakDraws" : "Draws")} to {gecko.Queries} or more.");
    }

    private string RetrievalIdentity()
    {
        // Without a corpus nothing is retrieved, also where the embedder is open because it has another role.
        if (Inputs.Reports.FirstOrDefault(input => input.Role == "corpus") is not { } corpus || Backends.Embedder?.Backend is not { } embedder) return "";
        MiningOptions mining = _options.Mining;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{corpus.Hash}; {embedder.ModelIdentity}; N {mining.Candidates}, depth {mining.RetrievalDepth}, k {mining.FusionK}, k1 {mining.Bm25K1:R}, b {mining.Bm25B:R}, exact lengths, language {_request.Languages[0]}");
    }

    private async Task<CandidatePool> CandidatesAsync(CancellationToken cancellationToken)
    {
        await _indexing.WaitAsync(cancellationToken);
        try
        {
            return _candidates ??= await IndexAsync(cancellationToken);
        }
        finally
        {
            _indexing.Release();
        }
    }

    // Step 3 of Gecko (2403.20327, section 3.2) has an embedder alone; BM25 stands beside it here.
    private async Task<CandidatePool> IndexAsync(CancellationToken cancellationToken)
    {
        BackendInUse use = Backends.Embedder!; // its ability was checked
        StageCounter counter = _counters.Stage("corpus/embed");
        counter.Expected = Inputs.Passages.Count;
        IEmbeddingGenerator<string, Embedding<float>> model = _kernel!.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>(KernelFactory.Embedder); // set by OpenAsync
        string identity = use.Backend.ModelIdentity;
        CorpusPlaces places = new(_options.Cache, Inputs.Passages);
        DenseRetriever dense = await CorpusVectors.EmbedAsync(
            use, model, identity, Inputs.Passages, () => Cache, _counters, done => counter.AdvanceTo(done), places.Vectors("dense", identity), "dense", cancellationToken);
        (_bm25, _) = await places.Bm25Async(_options.Mining, _request.Languages[0], cancellationToken);
        return new CandidatePool(Inputs.Passages, [_bm25, dense], dense, _options.Mining);
    }
}
