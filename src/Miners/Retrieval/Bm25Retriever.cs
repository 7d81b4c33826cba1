using R2Synth.Miners.Retrieval.Lexical;
using R2Synth.Records;

namespace R2Synth.Miners.Retrieval;

/// <summary>BM25 over title and text as one field, with the analysis of a language. Thread-safe.</summary>
/// <remarks>
/// Robertson et al., TREC-3 (1994), in Lucene's form: idf = ln(1 + (N - n + 0.5) / (n + 0.5)), times tf (k1 + 1) / (tf + k1 (1 - b + b length / mean length)); k1 and b of Anserini by
/// default. Lengths are exact. Scores are worked out when the index is built, as in bm25s (2407.03618), and kept as single precision.
/// English (<c>en</c>) is Lucene's EnglishAnalyzer: lower case, possessives and stop words off, Porter stems. A language without an analysis of its own gets words by Unicode's
/// rules in lower case, without stop words or stems; Chinese, Japanese and Korean get pairs of characters, Thai and its neighbours groups of three.
/// </remarks>
public sealed class Bm25Retriever : IRetriever, IDisposable
{
    private readonly TextIndex _index;

    private Bm25Retriever(TextIndex index) => _index = index;

    /// <inheritdoc/>
    public string Name => "bm25";

    /// <summary>Whether the index was built or opened, and why.</summary>
    public IndexOrigin Origin => _index.Origin;

    /// <summary>The languages with an analysis of their own: ISO 639-1, 639-3 where that has none, one with its region (<c>pt-br</c>); in ordinal order.</summary>
    public static IReadOnlyList<string> Languages => TextAnalysis.Languages;

    /// <summary>Indexes a corpus in memory.</summary>
    /// <param name="passages">The corpus; a hit's index is one into this list. May be empty.</param>
    /// <param name="k1">Saturation of term frequency, at least 0.</param>
    /// <param name="b">Weight of length, in [0, 1].</param>
    /// <param name="language">The language of passages and queries, as an ISO code; see <see cref="Languages"/>. Any other gets the plain analysis.</param>
    /// <param name="parallelism">Workers, at least 1; null takes the machine's processors. The index does not depend on it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="k1"/>, <paramref name="b"/> or <paramref name="parallelism"/> is out of range.</exception>
    /// <exception cref="InputException">The corpus has more than 2^31 pairs of a passage and a term.</exception>
    public static Bm25Retriever Build(
        IReadOnlyList<Passage> passages, double k1 = 0.9, double b = 0.4, string language = "en", int? parallelism = null, CancellationToken cancellationToken = default) =>
        new(TextIndex.Build(passages, language, new Bm25Weighting(k1, b), parallelism, cancellationToken));

    /// <summary>Opens the index in a file (mapped, not read into memory), or builds it into the file where that is missing, damaged or made from anything else, in memory where the disk does not take it; <see cref="Origin"/> says which.</summary>
    /// <param name="path">The file; its folder is made.</param>
    /// <param name="passages">The corpus; a hit's index is one into this list. May be empty.</param>
    /// <param name="k1">Saturation of term frequency, at least 0.</param>
    /// <param name="b">Weight of length, in [0, 1].</param>
    /// <param name="language">The language of passages and queries; see <see cref="Languages"/>.</param>
    /// <param name="parallelism">Workers, at least 1; null takes the machine's processors. The index does not depend on it.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    /// <exception cref="InputException">The corpus is too large.</exception>
    public static async Task<Bm25Retriever> OpenOrBuildAsync(
        string path, IReadOnlyList<Passage> passages, double k1 = 0.9, double b = 0.4, string language = "en", int? parallelism = null, CancellationToken cancellationToken = default) =>
        new(await TextIndex.OpenOrBuildAsync(path, passages, language, new Bm25Weighting(k1, b), parallelism, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Hit>> SearchAsync(string query, int depth, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(Search(query, depth));
    }

    /// <summary>Finds the best passages that share a term with the query; see <see cref="IRetriever.SearchAsync"/>. A term that the query repeats weighs as often as it occurs.</summary>
    /// <inheritdoc cref="IRetriever.SearchAsync"/>
    public IReadOnlyList<Hit> Search(string query, int depth) => _index.Search(query, depth);

    /// <summary>Scores chosen passages, wherever they rank, with the same bits as <see cref="Search"/>.</summary>
    /// <param name="query">The query as plain text.</param>
    /// <param name="passages">Indices into the corpus, in any order.</param>
    /// <returns>One score a passage, in their order; 0 where no term is shared.</returns>
    public IReadOnlyList<double> Score(string query, IReadOnlyList<int> passages) => _index.Score(query, passages);

    /// <summary>Frees the index.</summary>
    public void Dispose() => _index.Dispose();
}
