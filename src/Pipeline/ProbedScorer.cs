using R2Synth.Inference;

namespace R2Synth.Pipeline;

/// <summary>The scorer of a backend, which is asked how it scores before its first call: a run that the cache answers in full asks nothing.</summary>
internal sealed class ProbedScorer(BackendInUse judge) : ITokenScorer
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<ContinuationScore>> ScoreAsync(
        string prefix, IReadOnlyList<Continuation> continuations, CancellationToken cancellationToken = default) =>
        await (await ScorerAsync(cancellationToken)).ScoreAsync(prefix, continuations, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<NextToken>> NextTokensAsync(string prompt, int top, CancellationToken cancellationToken = default) =>
        await (await ScorerAsync(cancellationToken)).NextTokensAsync(prompt, top, cancellationToken);

    private async Task<ITokenScorer> ScorerAsync(CancellationToken cancellationToken)
    {
        await judge.EnsureProbedAsync(cancellationToken);
        return judge.Backend.Scorer ?? throw new Records.InputException($"Backend '{judge.Backend.Name}' gives no scores any more. Name another one with --judge.");
    }
}
