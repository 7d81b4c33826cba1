using System.Globalization;
using Microsoft.Extensions.AI;
using R2Synth.Inference;
using R2Synth.Inference.Prompts;
using R2Synth.Miners;
using R2Synth.Miners.Ranking;
using R2Synth.Miners.Retrieval;
using R2Synth.Miners.Selection;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Money;
using R2Synth.Pipeline.Recipes;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Pipeline.Mining;

/// <summary>Everything that mining needs, opened and checked before the first query.</summary>
internal sealed class MineSetup : IAsyncDisposable
{
    private readonly RunCounters _counters;
    private readonly SpendingGuard _spending;
    private readonly MineRetrieverName _retriever;
    private readonly int _depth;
    private RunBackends? _backends;
    private BackendInUse? _strong;
    private CallCache? _cache;
    private RunFolder? _folder;
    private Bm25Retriever? _bm25;
    private Dictionary<string, List<int>>? _documents;

    private MineSetup(R2SynthOptions options, MineRequest request, RunCounters counters)
    {
        (Options, Request, _counters) = (options, request, counters);
        _spending = new SpendingGuard(null, counters);
        _retriever = MineRetrieverName.Parse(request.Retriever, options);
        Rule = NegativeRules.From(options.Mining);
        bool judged = request.Judged;
        Positives = PositiveRule.From(
            options.Mining, PositiveRule.Judgments, judged ? ScoreNames.Ql : ScoreNames.Dense, PositiveRule.Judgments, PositiveRule.Best, PositiveRule.Seed);
        Negatives = request.Negatives ?? Rule.Published ?? options.Mining.Negatives;
        _depth = request.Depth ?? Math.Max(options.Mining.RetrievalDepth, Rule.Depth ?? 0);
    }

    /// <summary>The settings.</summary>
    public R2SynthOptions Options { get; }

    /// <summary>What is asked for.</summary>
    public MineRequest Request { get; }

    /// <summary>The negative rule.</summary>
    public NegativeRule Rule { get; }

    /// <summary>How positives are chosen.</summary>
    public PositiveRule Positives { get; }

    /// <summary>Negatives a query.</summary>
    public int Negatives { get; }

    /// <summary>The corpus.</summary>
    public IReadOnlyList<Passage> Passages { get; private set; } = [];

    /// <summary>What was read, for the report.</summary>
    public IReadOnlyList<InputReport> Inputs { get; private set; } = [];

    /// <summary>Where qrels and run point.</summary>
    public QueryPlacer Placer { get; private set; } = null!; // set by OpenAsync, the only maker

    /// <summary>The candidates.</summary>
    public CandidateFinder Finder { get; private set; } = null!; // set by BeginAsync, before any use

    /// <summary>The judge of candidates; null without one.</summary>
    public IPassageJudge? Judge { get; private set; }

    /// <summary>The check for false negatives; null without one.</summary>
    public FalseNegativeCascade? Cascade { get; private set; }

    /// <summary>What the judges' scores depend on; empty without one.</summary>
    public string JudgeIdentity { get; private set; } = "";

    /// <summary>The judges' prompts.</summary>
    public SortedDictionary<string, string> JudgePrompts { get; } = new(StringComparer.Ordinal);

    /// <summary>Units under way at once in stages that are our own work.</summary>
    public int RetrievalParallelism => Options.Pipeline.Parallelism ?? Environment.ProcessorCount;

    /// <summary>Units under way at once in stages that judge.</summary>
    public int JudgeParallelism => Options.Pipeline.Parallelism ?? (Request.Judged ? _backends!.Judge.Parallelism : 1); // open where it is judged

    /// <summary>The models, for the report.</summary>
    public IReadOnlyList<ModelReport> Models => [.. _backends!.Models, .. StrongModel()]; // open by now

    /// <summary>What went wrong with servers and did not end the run.</summary>
    public IReadOnlyList<string> Warnings => [.. _backends!.Warnings, .. _strong?.Backend.Warnings ?? []]; // as above

    /// <summary>Opens and checks all that can be checked without asking a server.</summary>
    /// <exception cref="InputException">Everything found, one finding a line.</exception>
    public static async Task<MineSetup> OpenAsync(R2SynthOptions options, string settingsFolder, MineRequest request, RunCounters counters, CancellationToken cancellationToken)
    {
        // The retriever names the embedder here, and the depth is one for both retrievers and the candidates.
        MineSetup setup = new(options, request, counters);
        try
        {
            List<string> findings = [.. setup.Contradictions()];
            ThrowIfAny(findings);
            options.Embedder = setup._retriever.Embedder ?? options.Embedder;
            await setup.ReadAsync(findings, cancellationToken);
            setup._backends = new RunBackends(options, settingsFolder, [MineRecipe.Describe(request.Judged, setup._retriever.Embedder is not null)]);
            await setup._backends.OpenAsync(setup._spending, findings, cancellationToken);
            await setup._backends.CheckAsync(probed: false, findings, cancellationToken);
            await setup.OpenStrongAsync(settingsFolder, findings, cancellationToken);
            ThrowIfAny(findings);
            if (request.Judged) setup.OpenJudges(settingsFolder);
            return setup;
        }
        catch
        {
            await setup.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the run's folder, asks servers what they can do, and indexes the corpus.</summary>
    /// <exception cref="InputException">The folder is another run's, or a server is not there or cannot do what is needed.</exception>
    public async Task<RunFolder> BeginAsync(CancellationToken cancellationToken)
    {
        _folder = RunFolder.Open(Request.Out);
        await _spending.AttachAsync(_folder.Ledger);
        List<string> findings = [];
        if (NeedsCache) await _backends!.ProbeAsync(Cache, findings, cancellationToken); // set by OpenAsync
        if (_strong is not null) await _strong.ProbeAsync(Cache, cancellationToken);
        ThrowIfAny(findings);
        await _backends!.CheckAsync(probed: true, findings, cancellationToken); // as above
        ThrowIfAny(findings);
        await _folder.BindAsync(Fingerprint());
        await IndexAsync(cancellationToken);
        return _folder;
    }

    /// <summary>The other passages of the documents that passages come from, in the corpus's order.</summary>
    public IEnumerable<int> DocumentsOf(IReadOnlyList<int> passages) =>
        passages.Select(p => SameDocument.Of(Passages[p].Docid)).Distinct(StringComparer.Ordinal).SelectMany(document => _documents![document]).Order(); // made with the index

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _bm25?.Dispose();
        if (_backends is not null) await _backends.DisposeAsync();
        if (_strong is not null) await _strong.DisposeAsync();
        if (_cache is not null) await _cache.DisposeAsync();
        await _spending.DisposeAsync();
        if (_folder is not null) await _folder.DisposeAsync();
    }

    private static void ThrowIfAny(List<string> findings)
    {
        if (findings.Count > 0) throw new InputException(string.Join('\n', findings.Distinct(StringComparer.Ordinal)));
    }

    private CallCache Cache => _cache ??= CallCache.Open(Path.GetFullPath(Options.Cache.Path));

    // A table and BM25 call no model, so that there is nothing to keep.
    private bool NeedsCache => Request.Judged || (_retriever.Embedder is not null && !_backends!.Embedder!.Backend.EmbedsQuickerThanCache); // open by now

    private IEnumerable<string> Contradictions()
    {
        string rule = Options.Mining.NegativeRule;
        bool similar = _retriever.Embedder is not null;
        if (Rule.NeedsSimilarity && !similar)
            yield return $"The rule '{rule}' compares similarities, and the retriever '{Request.Retriever}' gives none. Name one that embeds with --retriever, for instance bm25+static, or a rule without a margin with --rule, for instance bm25 or range.";
        if (Rule.Source is NegativeSource.Bm25 or NegativeSource.Either && !_retriever.Bm25)
            yield return $"The rule '{rule}' goes by BM25's ranking, and the retriever '{Request.Retriever}' has no BM25. Set --retriever bm25{(similar ? $"+{_retriever.Embedder}" : "")}.";
        if (Rule.Source == NegativeSource.Either && !similar)
            yield return $"The rule '{rule}' mixes BM25 with a vector retriever, and the retriever '{Request.Retriever}' has none. Set --retriever bm25+static.";
        if (Rule.Source == NegativeSource.Run && Request.RunPath is null)
            yield return $"The rule '{rule}' takes its negatives from a run. Give one with --run FILE: qid Q0 docid rank score tag.";
        if (Request.RunPath is not null && Rule.Source is NegativeSource.Bm25 or NegativeSource.Either)
            yield return $"The rule '{rule}' goes by the retrievers' own rankings, and --run gives another. Leave --run out, or name another rule with --rule, for instance ance.";
        if (Rule.Depth > _depth)
            yield return $"The rule '{rule}' takes ranks up to {Rule.Depth}, and --depth is {_depth}. Set --depth {Rule.Depth} or more, or lower Mining:RangeMax.";
        if (Positives.ReadsScore && Positives.ScoreName == ScoreNames.Dense && !similar)
            yield return $"Mining:PositiveMargin and Mining:PositiveFloor read the similarity, and the retriever '{Request.Retriever}' gives none. Name one that embeds with --retriever.";
        if (Positives.ReadsScore && Positives.ScoreName != ScoreNames.Dense && !Request.Judged)
            yield return $"Mining:PositiveScore is '{Positives.ScoreName}', which a judge gives, and there is none. Name one with --judge, or set Mining:PositiveScore=dense.";
        if (Positives.Name == PositiveRule.Best && !Request.Judged) yield return "--positives best takes the best judged passage, and there is no judge. Name one with --judge.";
        if (Request.FalseNegatives != FalseNegativeAction.None && !Request.Judged) yield return "--false-negatives needs a judge. Name one with --judge.";
        if (Request.StrongJudge is not null && Request.FalseNegatives == FalseNegativeAction.None) yield return "--strong-judge confirms false negatives, and they are not looked for. Set --false-negatives remove, relabel or drop.";
    }

    private async Task ReadAsync(List<string> findings, CancellationToken cancellationToken)
    {
        CorpusReport report = new();
        Passages = await CorpusReader.ReadAllAsync(Request.Corpus, Options.Corpus, report, cancellationToken);
        Placer = QueryPlacer.Open(Request, Passages, report.EmptyDocuments, findings);
        List<InputReport> inputs =
        [
            new InputReport { Role = "corpus", Path = Request.Corpus, Hash = CorpusHash.Of(Passages), Count = Passages.Count },
            new InputReport { Role = "queries", Path = Request.QueriesPath, Hash = HashOf(query => [query.Qid, query.Text]), Count = Request.Queries.Count },
            new InputReport
            {
                Role = "qrels",
                Path = Request.QrelsPath,
                Hash = HashOf(query => [query.Qid, .. query.Grades.OrderBy(grade => grade.Key, StringComparer.Ordinal).SelectMany(grade => new[] { grade.Key, grade.Value.ToString(CultureInfo.InvariantCulture) })]),
                Count = Request.Queries.Sum(query => query.Grades.Count),
            },
        ];
        if (Request.RunPath is { } run)
            inputs.Add(new InputReport { Role = "run", Path = run, Hash = HashOf(query => [query.Qid, .. query.Ranking ?? []]), Count = Request.Queries.Sum(query => query.Ranking?.Count ?? 0) });
        Inputs = inputs;
    }

    private string HashOf(Func<MineQuery, string[]> parts)
    {
        using CorpusHash hash = new();
        foreach (MineQuery query in Request.Queries) hash.Add(new Passage { Docid = query.Qid, Text = ContentHash.Of(parts(query)) });
        return hash.Finish();
    }

    private async Task OpenStrongAsync(string settingsFolder, List<string> findings, CancellationToken cancellationToken)
    {
        if (Request.StrongJudge is not { } name) return;
        if (!Options.Backends.TryGetValue(name, out BackendOptions? settings))
        {
            findings.Add($"--strong-judge is '{name}', which is no backend. Backends: {string.Join(", ", Options.Backends.Keys)}.");
            return;
        }

        _strong = new BackendInUse(await BackendFactory.OpenAsync(name, settings, settingsFolder, _spending, cancellationToken), settings)
        {
            Needs = BackendAbilities.PromptScores | BackendAbilities.TokenScores,
        };
        if (!_strong.MayServe(_strong.Needs)) findings.Add($"--strong-judge '{name}' gives no scores. Name a model in the process (Kind LlamaCpp), or a server that gives them.");
    }

    private void OpenJudges(string settingsFolder)
    {
        PromptLibrary prompts = PromptLibrary.Load(Path.Combine(settingsFolder, Options.Prompts));
        Judge = JudgeOf(_backends!.Judge, prompts); // open where it is judged
        if (Request.FalseNegatives == FalseNegativeAction.None) return;
        Cascade = new FalseNegativeCascade(Judge, _strong is null ? null : JudgeOf(_strong, prompts), Request.FalseNegatives)
        {
            Most = Options.Mining.MaxFalseNegatives ?? FalseNegativeCascade.MostFalseNegatives,
            Margin = Options.Mining.FalseNegativeMargin ?? 0,
        };
    }

    private LikelihoodPassageJudge JudgeOf(BackendInUse use, PromptLibrary prompts)
    {
        Prompt prompt = prompts.Get("judge/relevance", use.Backend.Weak);
        JudgePrompts[prompt.Name] = prompt.Hash;
        string identity = $"{use.ScorerIdentity}; prompt {prompt.Hash[..16]}; {Options.Mining.JudgedWords} words";
        JudgeIdentity = JudgeIdentity.Length == 0 ? identity : $"{JudgeIdentity}; then {identity}";
        CachedTokenScorer scorer = new(new ProbedScorer(use), Cache, use.ScorerIdentity, _counters, oneByOne: use.IsServer);
        return new LikelihoodPassageJudge(new LikelihoodJudge(scorer, Recipes.JudgePrompts.From(prompt), Options.Mining.JudgedWords));
    }

    private IEnumerable<ModelReport> StrongModel() => _strong is null
        ? []
        : [new ModelReport { Role = "strong judge", Name = _strong.Backend.Name, Identity = _strong.Backend.ModelIdentity, Weak = _strong.Backend.Weak, Prices = _strong.Prices }];

    private async Task IndexAsync(CancellationToken cancellationToken)
    {
        DenseRetriever? dense = null;
        if (_retriever.Embedder is not null)
        {
            BackendInUse use = _backends!.Embedder!; // its ability was checked
            StageCounter counter = _counters.Stage("corpus/embed");
            counter.Expected = Passages.Count;
            IEmbeddingGenerator<string, Embedding<float>> model = use.Backend.Embeddings!; // as above
            bool quick = use.Backend.EmbedsQuickerThanCache;
            try
            {
                dense = await DenseRetriever.BuildAsync(
                    quick ? model : new CachedEmbeddingGenerator(model, Cache, use.Backend.ModelIdentity, _counters), Passages,
                    use.IsServer || quick ? use.Parallelism : 1, new EmbeddingProgress(counter), cancellationToken);
            }
            catch (CallFailedException e)
            {
                throw new InputException($"The corpus cannot be embedded: {e.Message} Everything done is kept; run the same command again.", e);
            }
        }

        if (_retriever.Bm25) _bm25 = Bm25Retriever.Build(Passages, Options.Mining.Bm25K1, Options.Mining.Bm25B);
        Finder = new CandidateFinder(Passages, _bm25, dense, new MiningOptions { Candidates = _depth, RetrievalDepth = _depth, FusionK = Options.Mining.FusionK });
        if (Rule.Source == NegativeSource.Document) _documents = SameDocument.Index(Passages);
    }

    // What comes out depends on these; the same folder is for the same of them.
    private IEnumerable<KeyValuePair<string, string>> Fingerprint()
    {
        yield return new("format", "1");
        yield return new("recipes", MineRecipe.Name);
        yield return new("--seed", Request.Seed.ToString(CultureInfo.InvariantCulture));
        yield return new("--retriever", Request.Retriever);
        yield return new("--negatives", Negatives.ToString(CultureInfo.InvariantCulture));
        yield return new("--depth", _depth.ToString(CultureInfo.InvariantCulture));
        yield return new("--judge", JudgeIdentity);
        yield return new("--false-negatives", Request.FalseNegatives.ToString().ToLowerInvariant());
        yield return new("--instruction", Request.Instruction);
        yield return new("--language", Request.Language);
        foreach (ModelReport model in Models) yield return new($"{model.Role} model", model.Identity);
        foreach (InputReport input in Inputs) yield return new($"content of {input.Role}", input.Hash);
        foreach (KeyValuePair<string, string> setting in RunSetup.SettingsThatCount(Options)) yield return setting;
    }
}
