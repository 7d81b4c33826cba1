using System.Runtime.InteropServices;
using R2Synth.Records;

namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>A corpus's impacts under an analysis and a weighting, and the searches in it: what the retrievers over texts share. Thread-safe.</summary>
internal sealed class TextIndex : IDisposable
{
    private readonly DocidOrder _order;
    private readonly TextAnalysis _analysis;
    private readonly ITermWeighting _weighting;
    private readonly ImpactIndex _index;

    private TextIndex(DocidOrder order, TextAnalysis analysis, ITermWeighting weighting, ImpactIndex index, IndexOrigin origin) =>
        (_order, _analysis, _weighting, _index, Origin) = (order, analysis, weighting, index, origin);

    /// <summary>Whether the index was built or opened, and why.</summary>
    public IndexOrigin Origin { get; }

    /// <summary>Builds one in memory.</summary>
    /// <exception cref="InputException">The corpus is too large for one index.</exception>
    public static TextIndex Build(IReadOnlyList<Passage> passages, string language, ITermWeighting weighting, int? parallelism, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(passages);
        int workers = parallelism ?? Environment.ProcessorCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1, nameof(parallelism));
        DocidOrder order = passages.DocidOrder();
        TextAnalysis analysis = TextAnalysis.Of(language);
        return InMemory(passages, order, analysis, weighting, workers, cancellationToken);
    }

    /// <summary>Opens the index in a file, or builds it into the file, in memory where the disk does not take it or another process is building it now.</summary>
    /// <exception cref="InputException">The corpus is too large for one index.</exception>
    public static async Task<TextIndex> OpenOrBuildAsync(
        string path, IReadOnlyList<Passage> passages, string language, ITermWeighting weighting, int? parallelism, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(passages);
        int workers = parallelism ?? Environment.ProcessorCount;
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1, nameof(parallelism));
        DocidOrder order = passages.DocidOrder();
        TextAnalysis analysis = TextAnalysis.Of(language);
        string source = ContentHash.Of(CorpusHash.Of(passages), analysis.Identity, weighting.Identity);
        string missing = "";
        TextIndex? kept = await KeptFile.OpenOrMakeAsync(
            path,
            () => ImpactIndexFile.Open(path, source, out missing) is { } index ? new TextIndex(order, analysis, weighting, index, IndexOrigin.OpenedFrom(path)) : null,
            async () =>
            {
                var origin = IndexOrigin.BuiltInto(path, missing);
                using CorpusTerms terms = CorpusAnalysis.Count(passages, order, analysis, workers, path + ".terms", cancellationToken);
                return await ImpactIndexFile.TryWriteAsync(path, source, terms, weighting) && ImpactIndexFile.Open(path, source, out _) is { } index
                    ? new TextIndex(order, analysis, weighting, index, origin)
                    : null;
            });
        return kept ?? InMemory(passages, order, analysis, weighting, workers, cancellationToken);
    }

    /// <summary>See <see cref="IRetriever.SearchAsync"/>.</summary>
    public IReadOnlyList<Hit> Search(string query, int depth)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        using IndexHold held = _index.Hold();
        Span<QueryTerm> terms = Weighed(query);
        return terms.IsEmpty ? [] : Hits(_index.Search(terms, depth), _order);
    }

    /// <summary>Scores chosen passages; see <see cref="Bm25Retriever.Score"/>.</summary>
    public IReadOnlyList<double> Score(string query, IReadOnlyList<int> passages)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(passages);
        double[] scores = new double[passages.Count];
        using IndexHold held = _index.Hold();
        Span<QueryTerm> terms = Weighed(query);
        _index.Arrange(terms);
        for (int i = 0; i < scores.Length; i++) scores[i] = _index.Score(terms, _order.Positions[passages[i]]);
        return scores;
    }

    /// <summary>Frees the index and the analysis.</summary>
    public void Dispose()
    {
        _index.Dispose();
        _analysis.Dispose();
    }

    /// <summary>Keys of a search as hits.</summary>
    public static Hit[] Hits(ReadOnlySpan<ulong> keys, DocidOrder order)
    {
        Hit[] hits = new Hit[keys.Length];
        for (int i = 0; i < hits.Length; i++) hits[i] = new Hit(order.Passages[TopScores.Position(keys[i])], TopScores.Score(keys[i]));
        return hits;
    }

    /// <summary>The terms of a text that an index knows, with their counts, by number. They lie in this thread's scratch: good until the next search.</summary>
    public static Span<QueryTerm> Terms(string query, TextAnalysis analysis, ImpactIndex index)
    {
        SearchScratch scratch = SearchScratch.Own;
        List<int> numbers = scratch.TermNumbers;
        numbers.Clear();
        using (TermStream terms = analysis.Terms(query))
        {
            for (ReadOnlySpan<char> term = terms.Next(); !term.IsEmpty; term = terms.Next())
            {
                if (index.Terms.Find(term) is var number and >= 0) numbers.Add(number);
            }
        }

        scratch.Reserve(numbers.Count);
        Span<int> sorted = CollectionsMarshal.AsSpan(numbers);
        sorted.Sort();
        int distinct = 0;
        foreach (int number in sorted)
        {
            if (distinct > 0 && scratch.Terms[distinct - 1].Term == number) scratch.Terms[distinct - 1] = new QueryTerm(number, scratch.Terms[distinct - 1].Weight + 1);
            else scratch.Terms[distinct++] = new QueryTerm(number, 1);
        }

        return scratch.Terms.AsSpan(0, distinct);
    }

    private static TextIndex InMemory(
        IReadOnlyList<Passage> passages, DocidOrder order, TextAnalysis analysis, ITermWeighting weighting, int parallelism, CancellationToken cancellationToken)
    {
        using CorpusTerms terms = CorpusAnalysis.Count(passages, order, analysis, parallelism, null, cancellationToken);
        return new TextIndex(order, analysis, weighting, ImpactIndex.Of(terms, weighting), IndexOrigin.InMemory);
    }

    private Span<QueryTerm> Weighed(string query)
    {
        Span<QueryTerm> terms = Terms(query, _analysis, _index);
        _weighting.WeighQuery(terms, _index);
        return terms;
    }
}
