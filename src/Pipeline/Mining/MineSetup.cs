using System.Globalization;
using R2Synth.Miners;
using R2Synth.Miners.Ranking;
using R2Synth.Miners.Retrieval;
using R2Synth.Miners.Selection;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Money;
using R2Synth.Pipeline.Reporting;
using R2Synth.Pipeline.Retrieval;
using R2Synth.Records;

namespace R2Synth.Pipeline.Mining;

/// <summary>Everything that mining needs, opened and checked before the first query.</summary>
internal sealed class MineSetup : IAsyncDisposable
{
    private readonly MineEngine _engine;
    private readonly string _settingsFolder;
    private readonly RunCounters _counters;
    private readonly SpendingGuard _spending;
    private readonly RetrieverSpec _retriever;
    private readonly int _depth;
    private CallCache? _cache;
    private RunFolder? _folder;
    private RetrieverSet? _retrievers;
    private Dictionary<string, List<int>>? _documents;

    private MineSetup(MineEngine engine, R2SynthOptions options, string settingsFolder, MineRequest request, RunCounters counters)
    {
        (_engine, Options, _settingsFolder, Request, _counters) = (engine, options, settingsFolder, request, counters);
        _spending = new SpendingGuard(null, counters);
        _retriever = RetrieverSpec.Parse(request.Retriever);
        Judges = new MineJudges(engine, options, settingsFolder, request, counters, () => _cache ??= CallCache.Open(Path.GetFullPath(options.Cache.Path)));
        Rule = NegativeRules.From(options.Mining, NegativeRules.OfPairs);
        Positives = PositiveRule.From(
            options.Mining, PositiveRule.Judgments, request.Judged ? ScoreNames.Ql : ScoreNames.Dense, PositiveRule.Judgments, PositiveRule.Best, PositiveRule.Seed);
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

    /// <summary>Where qrels point.</summary>
    public QueryPlacer Placer { get; private set; } = null!; // set by OpenAsync, the only maker

    /// <summary>The candidates.</summary>
    public CandidatePool Candidates { get; private set; } = null!; // set by BeginAsync, before any use

    /// <summary>The judges of candidates.</summary>
    public MineJudges Judges { get; }

    /// <summary>Units under way at once in stages that are our own work.</summary>
    public int RetrievalParallelism => Options.Pipeline.Parallelism ?? Environment.ProcessorCount;

    /// <summary>The models, for the report.</summary>
    public IReadOnlyList<ModelReport> Models => [new ModelReport { Role = "retriever", Name = _retriever.Name, Identity = _retrievers?.Identity ?? "" }, .. Judges.Models];

    /// <summary>What went wrong with servers, or was left out of files, and did not end the run.</summary>
    public IReadOnlyList<string> Warnings => [.. _retrievers?.Misfits ?? [], .. Judges.Warnings];

    /// <summary>Opens and checks all that can be checked without asking a server.</summary>
    /// <exception cref="InputException">Everything found, one finding a line.</exception>
    public static async Task<MineSetup> OpenAsync(
        MineEngine engine, R2SynthOptions options, string settingsFolder, MineRequest request, RunCounters counters, CancellationToken cancellationToken)
    {
        MineSetup setup = new(engine, options, settingsFolder, request, counters);
        try
        {
            List<string> findings = [.. setup.Contradictions()];
            ThrowIfAny(findings);
            await setup.ReadAsync(findings, cancellationToken);
            await setup.Judges.OpenAsync(setup._spending, findings, cancellationToken);
            ThrowIfAny(findings);
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
        _retrievers = await RetrieverSet.OpenAsync(
            new RetrieverRequest
            {
                Options = Options,
                SettingsFolder = _settingsFolder,
                Spec = _retriever,
                Passages = Passages,
                Language = Request.Language,
                Qids = [.. Request.Queries.Select(query => query.Qid)],
                Folder = Request.Folder,
                Counters = _counters,
                Progress = Progress,
                OpenBackend = _engine.OpenBackend,
            },
            cancellationToken);
        DenseRetriever? vectors = HasVectors ? await _retrievers.VectorsAsync(cancellationToken) : null;
        MiningOptions depths = new() { Candidates = _depth, RetrievalDepth = _depth, FusionK = Options.Mining.FusionK };
        Candidates = new CandidatePool(Passages, _retriever.Reranker is null ? _retrievers.Parts : [_retrievers.Retriever], vectors, depths);
        if (Rule.Source == NegativeSource.Document) _documents = SameDocument.Index(Passages);

        _folder = RunFolder.Open(Resolve(Request.Out));
        await _spending.AttachAsync(_folder.Ledger);
        List<string> findings = [];
        await Judges.BeginAsync(findings, cancellationToken);
        ThrowIfAny(findings);
        await _folder.BindAsync(Fingerprint());
        return _folder;
    }

    /// <summary>The passages of the documents that passages come from, in the corpus's order.</summary>
    public IEnumerable<int> DocumentsOf(IReadOnlyList<int> passages) =>
        passages.Select(p => SameDocument.Of(Passages[p].Docid)).Distinct(StringComparer.Ordinal).SelectMany(document => _documents![document]).Order(); // made with the index

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_retrievers is not null) await _retrievers.DisposeAsync();
        await Judges.DisposeAsync();
        if (_cache is not null) await _cache.DisposeAsync();
        await _spending.DisposeAsync();
        if (_folder is not null) await _folder.DisposeAsync();
        (Passages as IDisposable)?.Dispose();
    }

    private static void ThrowIfAny(List<string> findings)
    {
        if (findings.Count > 0) throw new InputException(string.Join('\n', findings.Distinct(StringComparer.Ordinal)));
    }

    private bool HasVectors => _retriever.Parts.Any(part => part.Kind is RetrieverKind.Dense or RetrieverKind.Static);

    private string Resolve(string path) => Request.Folder.Length == 0 ? path : Path.GetFullPath(path, Path.GetFullPath(Request.Folder));

    private void Progress(string what, int done, int of)
    {
        StageCounter counter = _counters.Stage($"corpus/{what}");
        counter.Expected = of;
        counter.AdvanceTo(done);
    }

    private IEnumerable<string> Contradictions()
    {
        string rule = Options.Mining.NegativeRule ?? Rule.Name, retriever = Request.Retriever;
        bool lexical = _retriever.Parts.Any(part => part.Kind == RetrieverKind.Bm25);
        if (Rule.NeedsSimilarity && !HasVectors)
            yield return $"The rule '{rule}' compares similarities, and the retriever '{retriever}' gives none. Name one that embeds with --retriever, for instance {retriever}+static, or a rule without a margin with --rule, for instance bm25 or range.";
        if (Rule.Source == NegativeSource.Bm25 && !lexical) yield return $"The rule '{rule}' goes by BM25's ranking, and the retriever '{retriever}' has no BM25. Set --retriever bm25+{retriever}.";
        if (Rule.Source == NegativeSource.Either && _retriever.Parts.Count < 2) yield return $"The rule '{rule}' mixes two retrievers, and '{retriever}' is one. Set --retriever {(lexical ? $"{retriever}+static" : $"bm25+{retriever}")}.";
        if (Rule.Source == NegativeSource.Run && _retriever.Parts.All(part => part.Kind != RetrieverKind.Run))
            yield return $"The rule '{rule}' takes its negatives from a run. Give one with --retriever run:FILE; a line is qid Q0 docid rank score tag.";
        if (_retriever.Reranker is not null && Rule.Source is NegativeSource.Bm25 or NegativeSource.Either)
            yield return $"The rule '{rule}' goes by single retrievers' rankings, and '{retriever}' reranks. Take ',{_retriever.Reranker?.Name}' off, or name another rule with --rule.";
        if (Rule.Depth > _depth) yield return $"The rule '{rule}' takes ranks up to {Rule.Depth}, and --depth is {_depth}. Set --depth {Rule.Depth} or more, or lower Mining:RangeMax.";
        if (Positives.ReadsScore && Positives.ScoreName == ScoreNames.Dense && !HasVectors)
            yield return $"Mining:PositiveMargin and Mining:PositiveFloor read the similarity, and the retriever '{retriever}' gives none. Name one that embeds with --retriever, for instance {retriever}+static.";
        if (Positives.ReadsScore && Positives.ScoreName != ScoreNames.Dense && !Request.Judged)
            yield return $"Mining:PositiveScore is '{Positives.ScoreName}', which a judge gives, and there is none. Name one with --judge, or set Mining:PositiveScore=dense.";
        if (Positives.Name == PositiveRule.Best && !Request.Judged) yield return "--positives best takes the best judged passage, and there is no judge. Name one with --judge.";
        if (Request.FalseNegatives != FalseNegativeAction.None && !Request.Judged) yield return "--false-negatives needs a judge. Name one with --judge.";
        if (Judges.Gold is not null && Request.Queries.All(query => query.Answers.Count == 0))
            yield return $"The judge '{Judges.Gold.Name}' compares with gold answers, and no query of {Request.QueriesPath} has one. Give them as 'metadata.answers' (a list of texts) or 'metadata.answer' (a text), or name another judge with --judging.";
        if (Request.StrongJudge is not null && Request.FalseNegatives == FalseNegativeAction.None) yield return "--strong-judge confirms false negatives, and they are not looked for. Set --false-negatives remove, relabel or drop.";
    }

    private async Task ReadAsync(List<string> findings, CancellationToken cancellationToken)
    {
        CorpusReport report = new();
        Passages = await CorpusReader.OpenAsync(Resolve(Request.Corpus), Options.Corpus, Options.Cache.FolderOf("corpora"), report, cancellationToken);
        Placer = QueryPlacer.Open(Request, Passages, report.EmptyDocuments, findings);
        Inputs =
        [
            new InputReport { Role = "corpus", Path = Request.Corpus, Hash = CorpusHash.Of(Passages), Count = Passages.Count },
            new InputReport { Role = "queries", Path = Request.QueriesPath, Hash = HashOf(query => [query.Text]), Count = Request.Queries.Count },
            new InputReport
            {
                Role = "qrels",
                Path = Request.QrelsPath,
                Hash = HashOf(query => [.. query.Grades.OrderBy(grade => grade.Key, StringComparer.Ordinal).SelectMany(grade => new[] { grade.Key, grade.Value.ToString(CultureInfo.InvariantCulture) })]),
                Count = Request.Queries.Sum(query => query.Grades.Count),
            },
        ];
        if (Judges.Gold is not null)
            Inputs = [.. Inputs, new InputReport { Role = "gold answers", Path = Request.QueriesPath, Hash = HashOf(query => [.. query.Answers]), Count = Request.Queries.Sum(query => query.Answers.Count) }];
    }

    private string HashOf(Func<MineQuery, string[]> parts)
    {
        using CorpusHash hash = new();
        foreach (MineQuery query in Request.Queries) hash.Add(new Passage { Docid = query.Qid, Text = ContentHash.Of(parts(query)) });
        return hash.Finish();
    }

    // What comes out depends on these; the same folder is for the same of them.
    private IEnumerable<KeyValuePair<string, string>> Fingerprint()
    {
        yield return new("format", "1");
        yield return new("recipes", MineRecipe.Name);
        yield return new("--seed", Request.Seed.ToString(CultureInfo.InvariantCulture));
        yield return new("--negatives", Negatives.ToString(CultureInfo.InvariantCulture));
        yield return new("--depth", _depth.ToString(CultureInfo.InvariantCulture));
        yield return new("--judge", Judges.Identity);
        yield return new("--false-negatives", Request.FalseNegatives.ToString().ToLowerInvariant());
        yield return new("--instruction", Request.Instruction);
        yield return new("--language", Request.Language);
        foreach (ModelReport model in Models) yield return new($"{model.Role} model", model.Identity);
        foreach (InputReport input in Inputs) yield return new($"content of {input.Role}", input.Hash);
        foreach (KeyValuePair<string, string> setting in RunSetup.SettingsThatCount(Options)) yield return setting;
    }
}
