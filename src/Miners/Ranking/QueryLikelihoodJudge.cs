using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>Query likelihood: how likely the query is after the passage, in nats, at most 0.</summary>
/// <remarks>Ponte and Croft, SIGIR 1998; by a language model, Sachan et al., 2204.07496; the QL of Gecko (2403.20327, section 3.2).</remarks>
internal sealed class QueryLikelihoodJudge(RelevanceReader reader, LikelihoodOf of, ReplyCounts counts) : PointwiseJudge(JudgeNames.Likelihood, counts)
{
    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<JudgeVerdict>> ReadAsync(Passage passage, IReadOnlyList<string> queries, CancellationToken cancellationToken) =>
        [.. (await reader.ReadAsync(passage, queries, cancellationToken)).Select(score => RelevanceReader.Likelihood(score, of))];
}
