using R2Synth.Inference;

namespace R2Synth.Pipeline;

/// <summary>The reranker of a backend, which is asked how it reranks before its first call: a run that the cache answers in full asks nothing.</summary>
internal sealed class ProbedReranker(BackendInUse judge) : IReranker
{
    /// <inheritdoc/>
    public async Task<RerankReply> ScoreAsync(string query, IReadOnlyList<string> documents, CancellationToken cancellationToken = default)
    {
        await judge.EnsureProbedAsync(cancellationToken);
        IReranker reranker = judge.Backend.Reranker ?? throw new Records.InputException($"Backend '{judge.Backend.Name}' reranks no more. Name another one with --judge.");
        return await reranker.ScoreAsync(query, documents, cancellationToken);
    }
}
