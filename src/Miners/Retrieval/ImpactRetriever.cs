using R2Synth.Miners.Retrieval.Lexical;
using R2Synth.Records;

namespace R2Synth.Miners.Retrieval;

/// <summary>Learned sparse retrieval from files of vectors that a model made: a score is the dot product of the query's and the passage's. Thread-safe.</summary>
/// <remarks>
/// DeepImpact (Mallia et al., SIGIR 2021, 2104.12016), uniCOIL (Lin and Ma 2021, 2106.14807), SPLADE (Formal et al., SIGIR 2021, 2107.05720). Files are JSON lines in Anserini's and Pyserini's layout,
/// <c>{"id": ..., "vector": {term: number}}</c>, gzip where the name ends in <c>.gz</c>; <c>_id</c> and <c>docid</c> are taken as ids too. Terms are compared as they stand, without any analysis.
/// The seam of retrievers gives a query as text, so query vectors are found by the text: <c>contents</c> of their line, or the queries that are given by id. <see cref="SearchById"/> goes by id.
/// </remarks>
public sealed class ImpactRetriever : IRetriever, IDisposable
{
    private readonly DocidOrder _order;
    private readonly ImpactIndex _index;
    private readonly QueryVectors? _queries;
    private readonly TextAnalysis _words = TextAnalysis.Of("und");

    private ImpactRetriever(string name, DocidOrder order, ImpactIndex index, QueryVectors? queries, IndexOrigin origin, ImpactFileReport? report) =>
        (Name, _order, _index, _queries, Origin, Report) = (name, order, index, queries, origin, report);

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Whether the index was built or opened, and why.</summary>
    public IndexOrigin Origin { get; }

    /// <summary>What the passages' file held beside one vector for each passage; null where the index was opened from a file.</summary>
    public ImpactFileReport? Report { get; }

    /// <summary>Reads vectors.</summary>
    /// <param name="passages">The corpus; a hit's index is one into this list. Each passage needs a vector, which may be empty.</param>
    /// <param name="corpusVectors">The passages' vectors, in any order. Those of other docids are left out and counted.</param>
    /// <param name="queryVectors">The queries' vectors; null weighs each distinct word of a query 1, as DeepImpact does, with words by Unicode's rules in lower case.</param>
    /// <param name="queries">Texts by query id, for files without <c>contents</c>; each needs a vector. Null takes the texts in the file. Ignored without query vectors.</param>
    /// <param name="name">The retriever's name.</param>
    /// <param name="indexPath">A file that keeps the index of the passages' vectors; opened if it was made from the same corpus and file, else written. Null keeps none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InputException">
    /// A file cannot be read; a line is no vector, or has a weight that is negative, no number or not finite; an id comes twice; a passage or a query has no vector; one text has two vectors; the index cannot be written.
    /// </exception>
    public static async Task<ImpactRetriever> ReadAsync(
        IReadOnlyList<Passage> passages,
        string corpusVectors,
        string? queryVectors = null,
        IReadOnlyDictionary<string, string>? queries = null,
        string name = "impacts",
        string? indexPath = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentException.ThrowIfNullOrWhiteSpace(corpusVectors);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        DocidOrder order = passages.DocidOrder();
        (ImpactIndex index, IndexOrigin origin, ImpactFileReport? report) = await OpenOrReadAsync(passages, order, corpusVectors, indexPath, cancellationToken);
        try
        {
            QueryVectors? vectors = queryVectors is null ? null : await QueryVectors.ReadAsync(queryVectors, index, queries, cancellationToken);
            return new ImpactRetriever(name, order, index, vectors, origin, report);
        }
        catch
        {
            index.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Hit>> SearchAsync(string query, int depth, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Search(query, depth));
    }

    /// <summary>By the query's id where there are query vectors, by its text where there are none.</summary>
    /// <inheritdoc cref="IRetriever.RankAsync"/>
    /// <exception cref="InputException">There are query vectors, and none of this id.</exception>
    public ValueTask<IReadOnlyList<Hit>> RankAsync(RetrievalQuery query, int depth, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IReadOnlyList<Hit>>(_queries is null ? Search(query.Text, depth) : SearchById(query.Qid, depth));
    }

    /// <summary>Finds the passages with the highest dot product above 0; see <see cref="IRetriever.SearchAsync"/>.</summary>
    /// <inheritdoc cref="IRetriever.SearchAsync"/>
    /// <exception cref="InputException">There are query vectors, and none for this text.</exception>
    public IReadOnlyList<Hit> Search(string query, int depth)
    {
        ArgumentNullException.ThrowIfNull(query);
        using IndexHold held = _index.Hold();
        return Search(Terms(query), depth);
    }

    /// <summary>As <see cref="Search(string, int)"/>, with a query's vector by its id.</summary>
    /// <param name="qid">An id in the file of query vectors.</param>
    /// <param name="depth">Most hits wanted, at least 1.</param>
    /// <exception cref="InputException">The file has no such id.</exception>
    /// <exception cref="InvalidOperationException">The retriever has no query vectors.</exception>
    public IReadOnlyList<Hit> SearchById(string qid, int depth)
    {
        ArgumentNullException.ThrowIfNull(qid);
        using IndexHold held = _index.Hold();
        return Search(Copy((_queries ?? throw new InvalidOperationException("There are no query vectors.")).ById(qid)), depth);
    }

    /// <summary>Scores chosen passages, wherever they rank, with the same bits as <see cref="Search(string, int)"/>.</summary>
    /// <param name="query">The query's text.</param>
    /// <param name="passages">Indices into the corpus, in any order.</param>
    /// <returns>One score a passage, in their order; 0 where no term is shared.</returns>
    public IReadOnlyList<double> Score(string query, IReadOnlyList<int> passages)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentNullException.ThrowIfNull(passages);
        using IndexHold held = _index.Hold();
        Span<QueryTerm> terms = Terms(query);
        _index.Arrange(terms);
        double[] scores = new double[passages.Count];
        for (int i = 0; i < scores.Length; i++) scores[i] = _index.Score(terms, _order.Positions[passages[i]]);
        return scores;
    }

    /// <summary>Frees the index.</summary>
    public void Dispose()
    {
        _index.Dispose();
        _words.Dispose();
    }

    private static async Task<(ImpactIndex, IndexOrigin, ImpactFileReport?)> OpenOrReadAsync(
        IReadOnlyList<Passage> passages, DocidOrder order, string corpusVectors, string? indexPath, CancellationToken cancellationToken)
    {
        string source = "", reason = "";
        if (indexPath is not null)
        {
            if (!File.Exists(corpusVectors)) throw new InputException($"{corpusVectors}: there is no such file. Give the passages' vectors as JSON lines.");
            source = ContentHash.Of(CorpusHash.Of(passages), "impacts", await ContentHash.OfFileAsync(corpusVectors, cancellationToken));
            if (ImpactIndexFile.Open(indexPath, source, out reason) is { } opened) return (opened, IndexOrigin.OpenedFrom(indexPath), null);
        }

        (ImpactIndex index, ImpactFileReport report) = await PassageVectors.ReadAsync(corpusVectors, passages, order, cancellationToken);
        if (indexPath is null) return (index, IndexOrigin.InMemory, report);
        await ImpactIndexFile.SaveAsync(index, indexPath, source);
        return (index, IndexOrigin.BuiltInto(indexPath, reason), report);
    }

    private Hit[] Search(Span<QueryTerm> terms, int depth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        return terms.IsEmpty ? [] : TextIndex.Hits(_index.Search(terms, depth), _order);
    }

    private Span<QueryTerm> Terms(string query) => _queries is null ? Words(query) : Copy(_queries.ByText(query));

    // A search puts its terms into another order, so it gets a copy, in this thread's scratch.
    private static Span<QueryTerm> Copy(ReadOnlySpan<QueryTerm> vector)
    {
        SearchScratch scratch = SearchScratch.Own;
        scratch.Reserve(vector.Length);
        vector.CopyTo(scratch.Terms);
        return scratch.Terms.AsSpan(0, vector.Length);
    }

    private Span<QueryTerm> Words(string query)
    {
        Span<QueryTerm> counted = TextIndex.Terms(query, _words, _index);
        foreach (ref QueryTerm term in counted) term = term with { Weight = 1 };
        return counted;
    }
}
