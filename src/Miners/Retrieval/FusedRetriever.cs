using R2Synth.Records;

namespace R2Synth.Miners.Retrieval;

/// <summary>Several retrievers over one corpus, their rankings fused by reciprocal rank. Thread-safe where they are.</summary>
/// <param name="parts">The retrievers, at least one; they stay the caller's to dispose.</param>
/// <param name="passages">The corpus that all of them were built from.</param>
/// <param name="leastDepth">Each is asked for this many hits at least, at least 1: a passage that two of them rank low may rank high together.</param>
/// <param name="k">See <see cref="ReciprocalRankFusion.Fuse"/>.</param>
public sealed class FusedRetriever(IReadOnlyList<IRetriever> parts, IReadOnlyList<Passage> passages, int leastDepth = FusedRetriever.DefaultDepth, int k = ReciprocalRankFusion.DefaultK) : IRetriever
{
    /// <summary>Hits that each is asked for at least.</summary>
    public const int DefaultDepth = 100;

    /// <inheritdoc/>
    public string Name { get; } = string.Join('+', parts.Select(part => part.Name));

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Hit>> SearchAsync(string query, int depth, CancellationToken cancellationToken = default) => RankAsync(new RetrievalQuery("", query), depth, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Hit>> RankAsync(RetrievalQuery query, int depth, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        List<IReadOnlyList<Hit>> rankings = new(parts.Count);
        foreach (IRetriever part in parts) rankings.Add(await part.RankAsync(query, Math.Max(depth, leastDepth), cancellationToken));
        return Fuse(rankings, depth);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IReadOnlyList<Hit>>> RankAllAsync(
        IReadOnlyList<RetrievalQuery> queries, int depth, int? parallelism = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        List<IReadOnlyList<IReadOnlyList<Hit>>> found = new(parts.Count);
        foreach (IRetriever part in parts) found.Add(await part.RankAllAsync(queries, Math.Max(depth, leastDepth), parallelism, cancellationToken));
        return [.. Enumerable.Range(0, queries.Count).Select(i => Fuse([.. found.Select(rankings => rankings[i])], depth))];
    }

    private IReadOnlyList<Hit> Fuse(IReadOnlyList<IReadOnlyList<Hit>> rankings, int depth) => [.. ReciprocalRankFusion.Fuse(rankings, passages, k).Take(depth)];
}
