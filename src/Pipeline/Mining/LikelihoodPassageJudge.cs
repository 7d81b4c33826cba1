using R2Synth.Miners.Ranking;
using R2Synth.Pipeline.Recipes;
using R2Synth.Records;

namespace R2Synth.Pipeline.Mining;

/// <summary><see cref="LikelihoodJudge"/>'s query likelihood behind the seam of all judges.</summary>
/// <param name="judge">Scores a passage.</param>
internal sealed class LikelihoodPassageJudge(LikelihoodJudge judge) : IPassageJudge
{
    /// <inheritdoc/>
    public string Name => ScoreNames.Ql;

    /// <inheritdoc/>
    public JudgeCost Cost(int passages) => new(passages, passages);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JudgeVerdict>> JudgeAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken = default) =>
        await Task.WhenAll(passages.Select(async passage =>
        {
            try
            {
                return JudgeVerdict.Of((await judge.ScoreAsync(passage, [query], cancellationToken))[0].Ql);
            }
            catch (Exception e) when (UnitFlow.FaultOf(e) is not null)
            {
                return JudgeVerdict.Failed(UnitFlow.FaultOf(e)!); // not null: see the filter
            }
        }));
}
