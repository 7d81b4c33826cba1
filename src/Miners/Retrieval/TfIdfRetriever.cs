using R2Synth.Miners.Retrieval.Lexical;
using R2Synth.Records;

namespace R2Synth.Miners.Retrieval;

/// <summary>TF-IDF by cosine, SMART's lnc.ltc, over title and text as one field, with the analysis of a language (see <see cref="Bm25Retriever"/>). Thread-safe.</summary>
/// <remarks>
/// Manning, Raghavan and Schütze, Introduction to Information Retrieval (2008), section 6.4.3, after Salton and Buckley (1988). Passages: 1 + ln tf, no idf, unit length. Queries:
/// (1 + ln tf) ln(N / n), unit length over the terms that the corpus has. So scores lie in (0, 1] but for rounding. A term that is in every passage weighs nothing, and a
/// passage that shares only such terms is not found: a corpus of one passage finds nothing.
/// </remarks>
public sealed class TfIdfRetriever : IRetriever, IDisposable
{
    private readonly TextIndex _index;

    private TfIdfRetriever(TextIndex index) => _index = index;

    /// <inheritdoc/>
    public string Name => "tfidf";

    /// <summary>Whether the index was built or opened, and why.</summary>
    public IndexOrigin Origin => _index.Origin;

    /// <summary>Indexes a corpus in memory.</summary>
    /// <param name="passages">The corpus; a hit's index is one into this list. May be empty.</param>
    /// <param name="language">The language of passages and queries; see <see cref="Bm25Retriever.Languages"/>.</param>
    /// <param name="parallelism">Workers, at least 1; null takes the machine's processors. The index does not depend on it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InputException">The corpus has more than 2^31 pairs of a passage and a term.</exception>
    public static TfIdfRetriever Build(IReadOnlyList<Passage> passages, string language = "en", int? parallelism = null, CancellationToken cancellationToken = default) =>
        new(TextIndex.Build(passages, language, new LncLtcWeighting(), parallelism, cancellationToken));

    /// <summary>Opens the index in a file, or builds it and writes the file; see <see cref="Bm25Retriever.OpenOrBuildAsync"/>.</summary>
    /// <param name="path">The file; its folder is made.</param>
    /// <param name="passages">The corpus; a hit's index is one into this list. May be empty.</param>
    /// <param name="language">The language of passages and queries; see <see cref="Bm25Retriever.Languages"/>.</param>
    /// <param name="parallelism">Workers, at least 1; null takes the machine's processors. The index does not depend on it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InputException">The corpus is too large.</exception>
    public static async Task<TfIdfRetriever> OpenOrBuildAsync(
        string path, IReadOnlyList<Passage> passages, string language = "en", int? parallelism = null, CancellationToken cancellationToken = default) =>
        new(await TextIndex.OpenOrBuildAsync(path, passages, language, new LncLtcWeighting(), parallelism, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Hit>> SearchAsync(string query, int depth, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Search(query, depth));
    }

    /// <summary>Finds the passages with the highest cosine above 0; see <see cref="IRetriever.SearchAsync"/>.</summary>
    /// <inheritdoc cref="IRetriever.SearchAsync"/>
    public IReadOnlyList<Hit> Search(string query, int depth) => _index.Search(query, depth);

    /// <inheritdoc cref="Bm25Retriever.Score"/>
    public IReadOnlyList<double> Score(string query, IReadOnlyList<int> passages) => _index.Score(query, passages);

    /// <summary>Frees the index.</summary>
    public void Dispose() => _index.Dispose();
}
