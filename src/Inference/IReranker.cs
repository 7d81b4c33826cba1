namespace R2Synth.Inference;

/// <summary>A cross-encoder: reads query and document together and says how well they fit. Thread-safe.</summary>
public interface IReranker
{
    /// <summary>Scores documents for a query.</summary>
    /// <param name="query">The query, not blank.</param>
    /// <param name="documents">At least one. Each is scored by itself: which others stand beside it changes nothing.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>One score a document, in their order.</returns>
    /// <exception cref="CallFailedException">The whole request failed, and others did not.</exception>
    Task<RerankReply> ScoreAsync(string query, IReadOnlyList<string> documents, CancellationToken cancellationToken = default);
}
