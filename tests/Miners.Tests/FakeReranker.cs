using R2Synth.Inference;

namespace R2Synth.Miners.Tests;

/// <summary>Reranks by a callback and remembers the sizes of its requests.</summary>
internal sealed class FakeReranker(Func<string, RerankScore> score) : IReranker
{
    public List<int> Calls { get; } = [];

    public Task<RerankReply> ScoreAsync(string query, IReadOnlyList<string> documents, CancellationToken cancellationToken = default)
    {
        Calls.Add(documents.Count);
        return Task.FromResult(new RerankReply { Scores = [.. documents.Select(score)] });
    }
}
