using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>A judge whose verdict on a passage does not depend on the other passages, so that a passage can be read once for all the queries that want it.</summary>
public interface IPointwiseJudge : IPassageJudge
{
    /// <summary>Judges one passage for any number of queries.</summary>
    /// <param name="passage">The passage.</param>
    /// <param name="queries">At least one, none of them blank.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>One verdict a query, in their order: the same that <see cref="IPassageJudge.JudgeAsync"/> gives.</returns>
    Task<IReadOnlyList<JudgeVerdict>> ScoreAsync(Passage passage, IReadOnlyList<string> queries, CancellationToken cancellationToken = default);
}
