using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.AI;
using Microsoft.SemanticKernel;
using R2Synth.Generators;
using R2Synth.Inference;
using R2Synth.Inference.Prompts;
using R2Synth.Inference.Structured;
using R2Synth.Miners;
using R2Synth.Miners.Ranking;
using R2Synth.Miners.Retrieval;
using R2Synth.Miners.Selection;
using R2Synth.Pipeline.Dedup;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Money;
using R2Synth.Pipeline.Recipes;
using R2Synth.Pipeline.Reporting;
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
    private readonly SortedDictionary<string, BackendInUse> _backends = new(StringComparer.Ordinal);
    private readonly List<IDisposable> _indexes = [];
    private readonly SemaphoreSlim _indexing = new(1, 1);
    private Kernel? _kernel;
    private readonly SpendingGuard _spending;
    private IReadOnlyList<RecipeDescription> _recipes = [];
    private CallCache? _cache;
    private RunFolder? _folder;
    private CandidateFinder? _finder;

    private RunSetup(R2SynthOptions options, RunRequest request, RunCounters counters)
    {
        (_options, _request, _counters) = (options, request, counters);
        _spending = new SpendingGuard(request.Budget, counters);
    }

    /// <summary>Version of the program.</summary>
    public static string Version { get; } = typeof(RunSetup).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <summary>The prompts.</summary>
    public PromptLibrary Prompts { get; private set; } = null!; // set by OpenAsync, the only maker

    /// <summary>The corpus; empty without one.</summary>
    public IReadOnlyList<Passage> Passages { get; private set; } = [];

    /// <summary>The topics; empty without them.</summary>
    public IReadOnlyList<string> Topics { get; private set; } = [];

    /// <summary>The models, for the report.</summary>
    public IReadOnlyList<ModelReport> Models { get; private set; } = [];

    /// <summary>What was read, for the report.</summary>
    public IReadOnlyList<InputReport> Inputs { get; private set; } = [];

    /// <summary>The model that writes.</summary>
    public BackendInUse Writer => _backends[_options.Generator];

    /// <summary>The model that judges.</summary>
    public BackendInUse Judge => _backends[_options.Judge];

    /// <summary>The model that embeds; null where no recipe uses one.</summary>
    public BackendInUse? Embedder => _backends.GetValueOrDefault(_options.Embedder);

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
            setup._recipes = Recipes(request, findings);
            await setup.OpenInputsAsync(settingsFolder, setup._recipes, findings, cancellationToken);
            await setup.OpenBackendsAsync(settingsFolder, findings, cancellationToken);
            await setup.CheckAbilitiesAsync(settingsFolder, probed: false, findings, cancellationToken);
            ThrowIfAny(findings);
            Backend writer = setup.Writer.Backend;
            Backend? embedder = setup.Embedder?.Backend is { Embeddings: not null } named ? named : null;
            setup._kernel = KernelFactory.Create(writer, setup.Judge.Backend, embedder, setup.Prompts, writer.Weak);
            setup._cache = CallCache.Open(Path.GetFullPath(options.Cache.Path));
            return setup;
        }
        catch
        {
            await setup.DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks every server whether it is there; costs nothing.</summary>
    /// <exception cref="InputException">One is not.</exception>
    public async Task ReachAsync(CancellationToken cancellationToken)
    {
        foreach (BackendInUse backend in _backends.Values) await backend.Backend.ProbeAsync(BackendAbilities.None, cancellationToken);
    }

    /// <summary>Opens the run's folder, and only then makes the first requests: what they cost is written there.</summary>
    /// <exception cref="InputException">The folder is another run's, or a server is not there or cannot do what the run needs.</exception>
    public async Task<RunFolder> BeginAsync(string settingsFolder, CancellationToken cancellationToken)
    {
        _folder = RunFolder.Open(_request.Out);
        await _spending.AttachAsync(_folder.Ledger);
        List<string> findings = [];
        foreach (BackendInUse backend in _backends.Values)
        {
            try
            {
                await backend.ProbeAsync(Cache, cancellationToken);
            }
            catch (InputException e)
            {
                findings.Add(e.Message);
            }
        }

        ThrowIfAny(findings);
        await CheckAbilitiesAsync(settingsFolder, probed: true, findings, cancellationToken);
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
        foreach (ModelReport model in Models) yield return new($"{model.Role} model", model.Identity);
        foreach (InputReport input in Inputs) yield return new($"content of {input.Role}", input.Hash);
        foreach (KeyValuePair<string, string> setting in SettingsList.Flatten(_options))
        {
            // Of the backends only the models' identities count, and they are above.
            if (!NotInFingerprint.Contains(setting.Key) && !setting.Key.StartsWith("Backends:", StringComparison.Ordinal)) yield return setting;
        }
    }

    /// <summary>What the recipes work with.</summary>
    public RunContext Context(RunLedger ledger)
    {
        (Backend writer, Backend judge) = (Writer.Backend, Judge.Backend);
        Prompt judgePrompt = Prompts.Get("judge/relevance", judge.Weak);
        CachedTokenScorer scorer = new(new ProbedScorer(Judge), Cache, Judge.ScorerIdentity, _counters, oneByOne: Judge.IsServer);
        return new RunContext
        {
            Options = _options,
            Request = _request,
            Ledger = ledger,
            Counters = _counters,
            Prompts = Prompts,
            WriterParallelism = _options.Pipeline.Parallelism ?? Writer.Parallelism,
            JudgeParallelism = _options.Pipeline.Parallelism ?? Judge.Parallelism,
            RetrievalParallelism = _options.Pipeline.Parallelism ?? Math.Max(Environment.ProcessorCount, Embedder?.Parallelism ?? 1), // BM25 is our own work
            Writer = new StructuredCaller(new CachedChatClient(_kernel!.GetRequiredService<IChatClient>(KernelFactory.Generator), Cache, writer.ModelIdentity, _counters)), // set by OpenAsync
            WeakWriter = writer.Weak,
            WriterIdentity = writer.ModelIdentity,
            Judge = new LikelihoodJudge(scorer, JudgePrompts.From(judgePrompt), _options.Mining.JudgedWords),
            JudgePrompt = judgePrompt,
            JudgeIdentity = $"{Judge.ScorerIdentity}; prompt {judgePrompt.Hash[..16]}; {_options.Mining.JudgedWords} words",
            Passages = Passages,
            RetrievalIdentity = RetrievalIdentity(),
            Finder = FinderAsync,
            Topics = Topics,
            Queries = new NearDuplicateIndex(_options.Pipeline.NearDuplicate),
        };
    }

    /// <summary>Closes the models, the cache and the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (IDisposable index in _indexes) index.Dispose();
        foreach (BackendInUse backend in _backends.Values) await backend.DisposeAsync();
        if (_cache is not null) await _cache.DisposeAsync();
        await _spending.DisposeAsync();
        if (_folder is not null) await _folder.DisposeAsync();
        _indexing.Dispose();
    }

    private (string Role, string Name, Func<RecipeDescription, BackendAbilities> Needs)[] Roles =>
    [
        ("generator", _options.Generator, recipe => recipe.GeneratorNeeds),
        ("judge", _options.Judge, recipe => recipe.JudgeNeeds),
        ("embedder", _options.Embedder, recipe => recipe.EmbedderNeeds),
    ];

    private static void ThrowIfAny(List<string> findings)
    {
        if (findings.Count > 0) throw new InputException(string.Join('\n', findings.Distinct(StringComparer.Ordinal)));
    }

    private static List<RecipeDescription> Recipes(RunRequest request, List<string> findings)
    {
        List<RecipeDescription> recipes = [];
        foreach (string name in request.Recipes)
        {
            if (RecipeCatalog.All.FirstOrDefault(recipe => recipe.Name == name) is { } recipe) recipes.Add(recipe);
            else findings.Add($"Unknown recipe '{name}'. Known recipes: {string.Join(", ", RecipeCatalog.All.Select(known => known.Name))}.");
        }

        foreach (RecipeDescription recipe in recipes)
        {
            if (recipe.NeedsCorpus && request.Corpus is null)
                findings.Add($"Recipe '{recipe.Name}' needs --corpus: a BEIR folder, a .jsonl file, or a folder of .txt, .md and .html files.");
            if (recipe.NeedsTopics && request.Topics is null)
                findings.Add($"Recipe '{recipe.Name}' needs --topics: a text file with a topic a line.");
        }

        foreach (string language in request.Languages) Try(findings, () => LanguageNames.Of(language));
        return recipes;
    }

    private async Task OpenInputsAsync(string settingsFolder, IReadOnlyList<RecipeDescription> recipes, List<string> findings, CancellationToken cancellationToken)
    {
        List<InputReport> inputs = [];
        Try(findings, () => NegativeRules.Get(_options.Mining.NegativeRule));
        Try(findings, () => Prompts = PromptLibrary.Load(Path.Combine(settingsFolder, _options.Prompts)));
        if (Prompts is not null)
        {
            inputs.Add(new InputReport
            {
                Role = "prompts",
                Path = _options.Prompts,
                Hash = ContentHash.Of([.. Prompts.All.SelectMany(prompt => new[] { prompt.Name, prompt.Weak ? "weak" : "", prompt.Hash })]),
                Count = Prompts.All.Count,
            });
        }

        try
        {
            if (recipes.Any(recipe => recipe.NeedsCorpus) && _request.Corpus is { } corpus)
            {
                CorpusReport report = new();
                Passages = await CorpusReader.ReadAllAsync(corpus, _options.Corpus, report, cancellationToken);
                if (Passages.Count == 0) findings.Add($"{corpus}: no passages in it. {report.EmptyDocuments} documents are empty.");
                inputs.Add(new InputReport { Role = "corpus", Path = corpus, Hash = CorpusHash.Of(Passages), Count = Passages.Count });
            }

            if (recipes.Any(recipe => recipe.NeedsTopics) && _request.Topics is { } topics)
            {
                Topics = await TopicsFile.ReadAsync(topics, cancellationToken);
                inputs.Add(new InputReport { Role = "topics", Path = topics, Hash = ContentHash.Of([.. Topics]), Count = Topics.Count });
            }
        }
        catch (InputException e)
        {
            findings.Add(e.Message);
        }

        Inputs = inputs;
    }

    private async Task OpenBackendsAsync(string settingsFolder, List<string> findings, CancellationToken cancellationToken)
    {
        List<ModelReport> models = [];
        foreach ((string role, string name, Func<RecipeDescription, BackendAbilities> needs) in Roles)
        {
            if (_recipes.All(recipe => needs(recipe) == BackendAbilities.None)) continue;
            if (!_options.Backends.TryGetValue(name, out BackendOptions? backend))
            {
                findings.Add($"The {role} '{name}' is not among the backends. Known: {string.Join(", ", _options.Backends.Keys)}. Name one with --{role}, or add R2Synth:Backends:{name}.");
                continue;
            }

            try
            {
                if (!_backends.TryGetValue(name, out BackendInUse? opened))
                    _backends[name] = opened = new BackendInUse(await BackendFactory.OpenAsync(name, backend, settingsFolder, _spending, cancellationToken), backend);
                foreach (RecipeDescription recipe in _recipes) opened.Needs |= needs(recipe);
                models.Add(new ModelReport { Role = role, Name = name, Identity = opened.Backend.ModelIdentity, Weak = opened.Backend.Weak, Prices = opened.Prices });
            }
            catch (InputException e)
            {
                findings.Add(e.Message);
            }
        }

        Models = models;
    }

    // Before a server is asked only what its settings rule out is a finding.
    private async Task CheckAbilitiesAsync(string settingsFolder, bool probed, List<string> findings, CancellationToken cancellationToken)
    {
        foreach ((string role, string name, Func<RecipeDescription, BackendAbilities> needs) in Roles)
        {
            if (!_backends.TryGetValue(name, out BackendInUse? backend)) continue;
            foreach (RecipeDescription recipe in _recipes)
            {
                BackendAbilities needed = needs(recipe), missing = needed & ~backend.Abilities;
                if (probed ? missing == BackendAbilities.None : backend.MayServe(needed)) continue;
                string advice = await AdviceAsync(role, name, needed, missing, settingsFolder, cancellationToken);
                findings.Add($"Recipe '{recipe.Name}' needs a {role} with {missing}, and '{name}' has {backend.Abilities}. {advice}");
            }
        }
    }

    // Which of the other backends would do. Models in the process are opened to see; servers are not asked, and recordings answer other runs.
    private async Task<string> AdviceAsync(
        string role, string name, BackendAbilities needed, BackendAbilities missing, string settingsFolder, CancellationToken cancellationToken)
    {
        foreach ((string other, BackendOptions options) in _options.Backends)
        {
            if (other == name || options.Endpoints.Count > 0 || options.Kind == "Recorded") continue;
            try
            {
                Backend? opened = _backends.GetValueOrDefault(other)?.Backend;
                await using Backend? own = opened is null ? await BackendFactory.OpenAsync(other, options, settingsFolder, cancellationToken: cancellationToken) : null;
                if ((needed & ~(opened ?? own)!.Abilities) == BackendAbilities.None) return $"'{other}' has all of it: --{role} {other}."; // one of the two is there
            }
            catch (InputException)
            {
                // It does not open, so it is no advice.
            }
        }

        return missing.HasFlag(BackendAbilities.Embeddings) ? "Name a backend with an embedding model with --embedder."
            : (missing & (BackendAbilities.PromptScores | BackendAbilities.TokenScores)) != BackendAbilities.None
                ? $"Name a model in the process (Kind LlamaCpp), or a server that gives scores, with --{role}."
            : missing.HasFlag(BackendAbilities.Chat) ? "That model only embeds: name one that writes."
            : $"Set R2Synth:Backends:{name}:StructuredOutput to true if the server honours response_format, or name another backend with --{role}.";
    }

    private string RetrievalIdentity()
    {
        // Without a corpus nothing is retrieved, also where the embedder is open because it has another role.
        if (Inputs.FirstOrDefault(input => input.Role == "corpus") is not { } corpus || Embedder?.Backend is not { } embedder) return "";
        MiningOptions mining = _options.Mining;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{corpus.Hash}; {embedder.ModelIdentity}; N {mining.Candidates}, depth {mining.RetrievalDepth}, k {mining.FusionK}, k1 {mining.Bm25K1:R}, b {mining.Bm25B:R}");
    }

    private async Task<CandidateFinder> FinderAsync(CancellationToken cancellationToken)
    {
        await _indexing.WaitAsync(cancellationToken);
        try
        {
            return _finder ??= await BuildAsync(cancellationToken);
        }
        finally
        {
            _indexing.Release();
        }
    }

    private async Task<CandidateFinder> BuildAsync(CancellationToken cancellationToken)
    {
        BackendInUse use = _backends[_options.Embedder];
        Backend embedder = use.Backend;
        StageCounter counter = _counters.Stage("corpus/embed");
        counter.Expected = Passages.Count;
        CachedEmbeddingGenerator generator = new(
            _kernel!.GetRequiredService<IEmbeddingGenerator<string, Embedding<float>>>(KernelFactory.Embedder), Cache, embedder.ModelIdentity, _counters); // set by OpenAsync
        long seen = 0;
        Lock gate = new();
        Progress progress = new(done =>
        {
            lock (gate)
            {
                for (; seen < done; seen++)
                {
                    counter.Enter();
                    counter.Leave();
                }
            }
        });
        DenseRetriever dense;
        try
        {
            dense = await DenseRetriever.BuildAsync(generator, Passages, use.IsServer ? use.Parallelism : 1, progress, cancellationToken);
        }
        catch (CallFailedException e)
        {
            // Not one query's fault: without all vectors nothing can be retrieved.
            throw new InputException($"The corpus cannot be embedded: {e.Message} Everything done is kept; run the same command again.", e);
        }

        Bm25Retriever bm25 = Bm25Retriever.Build(Passages, _options.Mining.Bm25K1, _options.Mining.Bm25B);
        _indexes.Add(bm25);
        return new CandidateFinder(Passages, bm25, dense, _options.Mining);
    }

    private static void Try<T>(List<string> findings, Func<T> check)
    {
        try
        {
            check();
        }
        catch (InputException e)
        {
            findings.Add(e.Message);
        }
    }

    // Synchronous on purpose: the runtime's own posts to the thread pool, and counts could go back.
    private sealed class Progress(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
