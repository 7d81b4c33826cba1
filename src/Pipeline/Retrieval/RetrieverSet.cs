using System.Globalization;
using Microsoft.Extensions.AI;
using R2Synth.Inference;
using R2Synth.Inference.Prompts;
using R2Synth.Miners.Retrieval;
using R2Synth.Miners.Retrieval.PromptReps;
using R2Synth.Records;

namespace R2Synth.Pipeline.Retrieval;

/// <summary>
/// The retrievers that a <see cref="RetrieverSpec"/> names, opened over a corpus: the one place that knows how each is made. Thread-safe once opened, but for <see cref="VectorsAsync"/>, which
/// one caller may await at a time.
/// </summary>
public sealed class RetrieverSet : IAsyncDisposable
{
    private readonly RetrieverRequest _request;
    private readonly RetrieverBackends _backends;
    private readonly List<IRetriever> _parts = [];
    private readonly List<string> _identities = [];
    private readonly List<string> _misfits = [];
    private readonly Dictionary<(string Backend, bool Fitted), DenseRetriever> _vectors = [];
    private readonly CorpusPlaces _places;

    private RetrieverSet(RetrieverRequest request)
    {
        _request = request;
        _backends = new RetrieverBackends(request);
        _places = new CorpusPlaces(request.Options.Cache, request.Passages);
    }

    /// <summary>The retriever that was asked for.</summary>
    public IRetriever Retriever { get; private set; } = null!; // set by OpenAsync, the only maker

    /// <summary>Those that it is fused from, in the order of the spec; itself where it is a single one. Each knows its name for the scores of a passage.</summary>
    public IReadOnlyList<IRetriever> Parts => _parts;

    /// <summary>What rankings depend on beside corpus and query: the retrievers, their settings and models, in one line.</summary>
    public string Identity => string.Join("; ", _identities);

    /// <summary>What was left out or does not fit, a sentence each, with counts; empty where all fits.</summary>
    public IReadOnlyList<string> Misfits => _misfits;

    /// <summary>Opens retrievers, builds or reads their indexes.</summary>
    /// <exception cref="InputException">A backend is missing or cannot do what is needed, a file is missing or malformed, or the corpus is empty. The message says what to do.</exception>
    public static async Task<RetrieverSet> OpenAsync(RetrieverRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Passages.Count == 0) throw new InputException("The corpus is empty: there is nothing to retrieve.");
        RetrieverSet set = new(request);
        try
        {
            foreach (RetrieverPart part in request.Spec.Parts) set._parts.Add(await set.OpenAsync(part, cancellationToken));
            int depth = request.Options.Mining.RetrievalDepth, k = request.Options.Mining.FusionK;
            set.Retriever = set._parts is [var only] ? only : new FusedRetriever(set._parts, request.Passages, depth, k);
            if (set._parts.Count > 1) set._identities.Add(string.Create(CultureInfo.InvariantCulture, $"fused by reciprocal rank, depth {depth}, k {k}"));
            if (request.Spec.Reranker is { } reranker)
                set.Retriever = LateInteractionRetriever.Rerank(await set.TokensAsync(reranker, "then ", cancellationToken), request.Passages, set.Retriever, reranker.Name);
            return set;
        }
        catch
        {
            await set.DisposeAsync();
            throw;
        }
    }

    /// <summary>Vectors of the corpus, to compare chosen passages with: those of the first dense part, else of the settings' Embedder, which are made now.</summary>
    /// <exception cref="InputException">The embedder is missing, is none, or fails.</exception>
    public async Task<DenseRetriever> VectorsAsync(CancellationToken cancellationToken = default) =>
        _parts.OfType<DenseRetriever>().FirstOrDefault() ?? await DenseAsync("dense", _request.Options.Embedder, cancellationToken);

    /// <summary>Closes the models, the indexes and the cache.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (IRetriever part in _parts) (part as IDisposable)?.Dispose();
        await _backends.DisposeAsync();
    }

    private async Task<IRetriever> OpenAsync(RetrieverPart part, CancellationToken cancellationToken) => part.Kind switch
    {
        RetrieverKind.Bm25 => await Bm25Async(cancellationToken),
        RetrieverKind.Dense => await DenseAsync(part.Name, part.Argument ?? _request.Options.Embedder, cancellationToken),
        RetrieverKind.Static => await DenseAsync(part.Name, part.Name, cancellationToken, fitted: true),
        RetrieverKind.Run => await RunAsync(part.Argument!, cancellationToken), // the spec has it
        RetrieverKind.Late => await LateInteractionRetriever.BuildAsync(
            await TokensAsync(part, "", cancellationToken), _request.Passages, Progress($"{part.Name}: passages embedded", _request.Passages.Count), part.Name, cancellationToken),
        RetrieverKind.PromptReps => await PromptRepsAsync(part, cancellationToken),
        RetrieverKind.Tfidf => await TfidfAsync(cancellationToken),
        RetrieverKind.Impacts => await ImpactsAsync(part.Argument!, cancellationToken), // the spec has it
        _ => throw new InvalidOperationException($"The retriever '{part.Name}' has a name and cannot be opened."),
    };

    private async Task<Bm25Retriever> Bm25Async(CancellationToken cancellationToken)
    {
        (Bm25Retriever bm25, string identity) = await _places.Bm25Async(_request.Options.Mining, Language, cancellationToken);
        _identities.Add(identity);
        return bm25;
    }

    private async Task<TfIdfRetriever> TfidfAsync(CancellationToken cancellationToken)
    {
        string identity = $"tfidf {Language}";
        _identities.Add(identity);
        return await TfIdfRetriever.OpenOrBuildAsync(_places.Index("tfidf", identity), _request.Passages, Language, cancellationToken: cancellationToken);
    }

    private async Task<ImpactRetriever> ImpactsAsync(string path, CancellationToken cancellationToken)
    {
        string given = Path.GetFullPath(Path.Combine(_request.Folder, path));
        bool folder = Directory.Exists(given);
        string corpus = folder ? InFolder(given, "corpus") : given;
        string? queries = folder ? InFolder(given, "queries") : null;
        if (!folder && !File.Exists(given)) throw new InputException($"impacts:{path}: there is no such file or folder. Give the passages' vectors as a JSONL file, or a folder with corpus.jsonl and queries.jsonl.");
        _identities.Add($"impacts {await ContentHash.OfFileAsync(corpus, cancellationToken)}{(queries is null ? "" : $" {await ContentHash.OfFileAsync(queries, cancellationToken)}")}");
        ImpactRetriever impacts = await ImpactRetriever.ReadAsync(_request.Passages, corpus, queries, cancellationToken: cancellationToken);
        if (impacts.Report is { UnknownDocids: > 0 } report) _misfits.Add($"{corpus}: {report.UnknownDocids} vectors are of passages that are not in the corpus, '{report.FirstUnknownDocid}' first; they are left out.");
        if (impacts.Report is { EmptyVectors: > 0 } empty) _misfits.Add($"{corpus}: {empty.EmptyVectors} passages have an empty vector; no query finds them.");
        return impacts;
    }

    private static string InFolder(string folder, string name)
    {
        string plain = Path.Combine(folder, name + ".jsonl"), packed = plain + ".gz";
        return File.Exists(plain) ? plain
            : File.Exists(packed) ? packed
            : throw new InputException($"impacts:{folder}: there is no {name}.jsonl or {name}.jsonl.gz in it. A folder of impacts holds the passages' vectors as corpus.jsonl and the queries' as queries.jsonl; without vectors for the queries, name the passages' file itself.");
    }

    private async Task<DenseRetriever> DenseAsync(string name, string backend, CancellationToken cancellationToken, bool fitted = false)
    {
        if (_vectors.TryGetValue((backend, fitted), out DenseRetriever? known)) return known;
        BackendInUse use = await _backends.GetAsync(backend, name, BackendAbilities.Embeddings, cancellationToken);
        IEmbeddingGenerator<string, Embedding<float>> model = use.Backend.Embeddings!; // the ability was checked
        IReadOnlyList<Passage> passages = _request.Passages;
        string identity = use.Backend.ModelIdentity;
        if (fitted && model.GetService(typeof(ICorpusEmbedder)) is ICorpusEmbedder embedder)
        {
            model = embedder.Fit(passages, cancellationToken);
            identity += ", weighed by idf over the corpus";
        }

        _identities.Add($"{name} {identity}");
        return _vectors[(backend, fitted)] = await CorpusVectors.EmbedAsync(
            use, model, identity, passages, () => _backends.Cache, _request.Counters,
            _request.Progress is { } report ? done => report($"{name}: passages embedded", done, passages.Count) : null,
            _places.Vectors("dense", identity), name, cancellationToken);
    }

    private async Task<ITokenEmbedder> TokensAsync(RetrieverPart part, string step, CancellationToken cancellationToken)
    {
        BackendInUse use = await _backends.GetAsync(part.Argument ?? _request.Options.Embedder, part.Name, BackendAbilities.TokenEmbeddings, cancellationToken);
        _identities.Add($"{step}{part.Name} {use.Backend.ModelIdentity}");
        return new CachedTokenEmbedder(use.Backend.TokenEmbedder!, _backends.Cache, use.Backend.ModelIdentity, _request.Counters); // the ability was checked
    }

    private async Task<PromptRepsRetriever> PromptRepsAsync(RetrieverPart part, CancellationToken cancellationToken)
    {
        BackendInUse use = await _backends.GetAsync(part.Argument ?? _request.Options.Judge, part.Name, BackendAbilities.PromptStates, cancellationToken);
        Prompt prompt = PromptLibrary.Load(Path.Combine(_request.SettingsFolder, _request.Options.Prompts)).Get(PromptRepresenter.PromptName, use.Backend.Weak);
        string identity = $"{use.Backend.ModelIdentity}; prompt {prompt.Hash}";
        _identities.Add($"{part.Name} {identity}");
        CachedPromptRepresenter representer = new(new PromptRepresenter(use.Backend.PromptEncoder!, prompt), _backends.Cache, identity, _request.Counters); // the ability was checked
        return await PromptRepsRetriever.BuildAsync(representer, _request.Passages, Progress($"{part.Name}: passages read", _request.Passages.Count), part.Name, cancellationToken);
    }

    private async Task<ImportedRun> RunAsync(string file, CancellationToken cancellationToken)
    {
        string path = Path.GetFullPath(Path.Combine(_request.Folder, file));
        ImportedRun run = await ImportedRun.ReadAsync(path, _request.Passages, cancellationToken);
        if (_request.Qids is { } qids) _misfits.AddRange(run.Misfits(qids));
        _identities.Add($"run {await ContentHash.OfFileAsync(path, cancellationToken)}");
        return run;
    }

    private string Language => _request.Language ?? "en";

    private SynchronousProgress? Progress(string what, int of) => _request.Progress is { } report ? new SynchronousProgress(done => report(what, done, of)) : null;
}
