using R2Synth.Inference;

namespace R2Synth.Miners.Tests;

/// <summary>Scores by a callback and remembers what it was asked.</summary>
internal sealed class FakeScorer(Func<string, Continuation, ContinuationScore> score) : ITokenScorer
{
    public List<(string Prefix, IReadOnlyList<Continuation> Continuations)> Calls { get; } = [];

    public Task<IReadOnlyList<ContinuationScore>> ScoreAsync(
        string prefix, IReadOnlyList<Continuation> continuations, CancellationToken cancellationToken = default)
    {
        Calls.Add((prefix, continuations));
        return Task.FromResult<IReadOnlyList<ContinuationScore>>([.. continuations.Select(c => score(prefix, c))]);
    }
}
