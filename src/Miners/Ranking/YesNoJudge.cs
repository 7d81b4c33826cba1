using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>Relevance generation: the share of "yes" in "yes" and "no" at the first token of the answer, in [0, 1].</summary>
/// <remarks>The RC of Gecko (2403.20327, section 3.2) and the pointwise yes/no of llm-rankers, over the two labels alone as in Qwen3's reranker (2506.05176).</remarks>
internal sealed class YesNoJudge(RelevanceReader reader, ReplyCounts counts) : PointwiseJudge(JudgeNames.YesNo, counts)
{
    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<JudgeVerdict>> ReadAsync(Passage passage, IReadOnlyList<string> queries, CancellationToken cancellationToken) =>
        [.. (await reader.ReadAsync(passage, queries, cancellationToken)).Select(RelevanceReader.Relevance)];
}
