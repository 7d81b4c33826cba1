using R2Synth.Records;

namespace R2Synth.Miners.Retrieval;

/// <summary>Finds the candidates of a query: BM25 and dense search, fused by reciprocal rank, copies of a text left out. Thread-safe.</summary>
/// <remarks>
/// Step 3 of Gecko (2403.20327, section 3.2) with BM25 beside the embedder, and with the seed always among the candidates:
/// a judge must see it to say whether it loses.
/// </remarks>
public sealed class CandidateFinder
{
    private readonly CandidatePool _pool;

    /// <summary>Creates a finder over retrievers that were built from the same corpus; they stay the caller's to dispose.</summary>
    /// <param name="passages">The corpus.</param>
    /// <param name="bm25">BM25 over it.</param>
    /// <param name="dense">Dense search over it.</param>
    /// <param name="options">Read once, here.</param>
    public CandidateFinder(IReadOnlyList<Passage> passages, Bm25Retriever bm25, DenseRetriever dense, MiningOptions options) =>
        _pool = new CandidatePool(passages, [bm25, dense], dense, options);

    /// <summary>Finds the candidates of one query.</summary>
    /// <param name="query">The query, not empty.</param>
    /// <param name="seed">Index of the passage that the query was written from; null where there is none.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<CandidateSet> FindAsync(string query, int? seed, CancellationToken cancellationToken = default) =>
        _pool.FindAsync(new RetrievalQuery("", query), seed is int s ? [s] : [], cancellationToken);
}
