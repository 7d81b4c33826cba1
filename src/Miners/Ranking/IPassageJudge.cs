using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>
/// Judges how well passages answer a query: pointwise, pairwise, setwise or listwise. Implementations are deterministic for a deterministic model, and
/// thread-safe.
/// </summary>
public interface IPassageJudge
{
    /// <summary>The name in settings, scores and reports: <c>yes-no</c>, <c>graded</c>, <c>listwise</c>, ...</summary>
    string Name { get; }

    /// <summary>What one query costs, told before anything is asked.</summary>
    /// <param name="passages">Passages to judge, at least 1.</param>
    JudgeCost Cost(int passages);

    /// <summary>Judges the passages of one query.</summary>
    /// <param name="query">The query, not blank.</param>
    /// <param name="passages">The passages, best first by whatever found them, which order-sensitive judges start from; at least one.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>
    /// One verdict a passage, in their order. Higher scores are better; only their order counts between judges, unless the judge says otherwise. A passage
    /// that could not be judged has a <see cref="JudgeVerdict.Fault"/> and no score: a failure is never a verdict.
    /// </returns>
    Task<IReadOnlyList<JudgeVerdict>> JudgeAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken = default);
}
