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
}
