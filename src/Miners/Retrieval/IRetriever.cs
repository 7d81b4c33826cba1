namespace R2Synth.Miners.Retrieval;

/// <summary>Ranks a fixed corpus for a query. Implementations are thread-safe and deterministic.</summary>
public interface IRetriever
{
    /// <summary>The name in settings and in a run's tag: <c>bm25</c>, <c>dense</c>, ...</summary>
    string Name { get; }

    /// <summary>Finds the best passages for a query.</summary>
    /// <param name="query">The query as plain text, never a query syntax; may be empty.</param>
    /// <param name="depth">Most hits wanted, at least 1.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>At most <paramref name="depth"/> hits, best first, ties by ordinal docid; a passage at most once.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="depth"/> is below 1.</exception>
    ValueTask<IReadOnlyList<Hit>> SearchAsync(string query, int depth, CancellationToken cancellationToken = default);

    /// <summary>The same for a query that has an id: a retriever that looks rankings up needs it, the others read the text alone.</summary>
    /// <inheritdoc cref="SearchAsync"/>
    ValueTask<IReadOnlyList<Hit>> RankAsync(RetrievalQuery query, int depth, CancellationToken cancellationToken = default) => SearchAsync(query.Text, depth, cancellationToken);

    /// <summary>The same for many queries.</summary>
    /// <param name="queries">The queries; may be empty.</param>
    /// <param name="depth">Most hits a query, at least 1.</param>
    /// <param name="parallelism">Queries under way at once, at least 1; null takes the processors. The rankings do not depend on it.</param>
    /// <param name="cancellationToken">Stops between queries.</param>
    /// <returns>One ranking a query, in their order.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="depth"/> is below 1.</exception>
    async Task<IReadOnlyList<IReadOnlyList<Hit>>> RankAllAsync(IReadOnlyList<RetrievalQuery> queries, int depth, int? parallelism = null, CancellationToken cancellationToken = default)
    {
        var rankings = new IReadOnlyList<Hit>[queries.Count];
        ParallelOptions options = new() { MaxDegreeOfParallelism = parallelism ?? Environment.ProcessorCount, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(0, queries.Count), options, async (i, token) => rankings[i] = await RankAsync(queries[i], depth, token));
        return rankings;
    }
}
