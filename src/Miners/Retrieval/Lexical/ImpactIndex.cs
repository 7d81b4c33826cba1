using R2Synth.Records;

namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>
/// An inverted index of impacts: term to postings of (passage, what the term adds to the passage's score). A score is the sum over the query's terms of weight times
/// impact. Passages are numbered by rising docid, so that ties go by position. Immutable, thread-safe.
/// </summary>
/// <remarks>
/// 8 bytes a posting, and the terms: 392 bytes for a passage of 80 English words, or 392 MB for a million of them. While it is built in memory some 900 bytes a passage, and up to three
/// times that where every passage brings new terms (bench/README.md); built into a file some 50 bytes a term.
/// </remarks>
internal sealed partial class ImpactIndex : IDisposable
{
    private readonly MappedFile? _mapping;

    /// <summary>Takes the sections as they are.</summary>
    /// <param name="passages">How many passages.</param>
    /// <param name="terms">The terms.</param>
    /// <param name="starts">As in <see cref="TermCounts.Starts"/>.</param>
    /// <param name="maxima">For each term its highest impact.</param>
    /// <param name="positions">As in <see cref="TermCounts.Positions"/>.</param>
    /// <param name="impacts">For each posting; at least 0 and finite.</param>
    /// <param name="mapping">The file that the sections lie in; disposed with the index. Null where they are in memory.</param>
    public ImpactIndex(
        int passages, TermTable terms, ReadOnlyMemory<int> starts, ReadOnlyMemory<float> maxima, ReadOnlyMemory<int> positions, ReadOnlyMemory<float> impacts, MappedFile? mapping)
    {
        (Passages, Terms, Starts, Maxima, Positions, Impacts) = (passages, terms, starts, maxima, positions, impacts);
        _mapping = mapping;
    }

    /// <summary>How many passages, also those without a posting.</summary>
    public int Passages { get; }

    /// <summary>The terms.</summary>
    public TermTable Terms { get; }

    /// <summary>See the constructor.</summary>
    public ReadOnlyMemory<int> Starts { get; }

    /// <inheritdoc cref="Starts"/>
    public ReadOnlyMemory<float> Maxima { get; }

    /// <inheritdoc cref="Starts"/>
    public ReadOnlyMemory<int> Positions { get; }

    /// <inheritdoc cref="Starts"/>
    public ReadOnlyMemory<float> Impacts { get; }

    /// <summary>Takes the weighted counts of all terms; they must not change afterwards.</summary>
    public static ImpactIndex Of(TermTable terms, TermCounts weighted)
    {
        float[] maxima = new float[weighted.Terms];
        weighted.Maxima(maxima);
        return new ImpactIndex(weighted.Passages, terms, weighted.Starts, maxima, weighted.Positions, weighted.Values, null);
    }

    /// <summary>Builds one in memory.</summary>
    public static ImpactIndex Of(CorpusTerms corpus, ITermWeighting weighting)
    {
        int postings = corpus.Starts[^1];
        TermCounts counts = corpus.Invert(0, corpus.Terms.Count, new int[postings], new float[postings]);
        weighting.WeighPassages(counts, weighting.Norms(corpus));
        return Of(corpus.Terms, counts);
    }

    /// <summary>In how many passages a term is.</summary>
    public int PassagesWith(int term) => Starts.Span[term + 1] - Starts.Span[term];

    /// <summary>Keeps the index readable until the result is disposed of. Whoever reads an index that may be disposed of meanwhile holds it.</summary>
    /// <exception cref="ObjectDisposedException">The index was disposed of, and was a mapped file.</exception>
    public IndexHold Hold()
    {
        _mapping?.Hold();
        return new IndexHold(_mapping);
    }

    /// <summary>Frees the mapped file, once no search is under way; a later <see cref="Hold"/> throws.</summary>
    public void Dispose() => _mapping?.Dispose();
}
