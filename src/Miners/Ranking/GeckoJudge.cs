using R2Synth.Inference;
using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>
/// Gecko's two judges fused by reciprocal rank, from one reading of each passage: 1 / r_QL + 1 / r_RC, in (0, 2]. A passage that either of them could not judge has no rank
/// and takes none from the others.
/// </summary>
/// <remarks>2403.20327, section 3.2. The order is <see cref="GeckoFusion"/>'s.</remarks>
internal sealed class GeckoJudge(RelevanceReader reader, ReplyCounts counts) : PassageJudge(JudgeNames.Gecko, counts)
{
    /// <inheritdoc/>
    protected override JudgeCost CostOf(int passages) => new(passages, passages);

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<JudgeVerdict>> AskAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken)
    {
        (JudgeVerdict Likelihood, JudgeVerdict Relevance)[] read = await Task.WhenAll(passages.Select(passage => ReadAsync(query, passage, cancellationToken)));
        return RankCombination.Of([[.. read.Select(one => one.Likelihood)], [.. read.Select(one => one.Relevance)]], Combination.ReciprocalRank, [1, 1]);
    }

    private async Task<(JudgeVerdict, JudgeVerdict)> ReadAsync(string query, Passage passage, CancellationToken cancellationToken)
    {
        try
        {
            ContinuationScore score = (await reader.ReadAsync(passage, [query], cancellationToken))[0];
            return (RelevanceReader.Likelihood(score, LikelihoodOf.Mean), RelevanceReader.Relevance(score));
        }
        catch (Exception e) when (JudgeFaults.Of(e) is not null)
        {
            JudgeVerdict failed = JudgeVerdict.Failed(JudgeFaults.Of(e)!); // not null: see the filter
            return (failed, failed);
        }
    }
}
