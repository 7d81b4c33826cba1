using R2Synth.Inference;
using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>A cross-encoder behind a server's rerank endpoint; its scores are on the model's own scale.</summary>
internal sealed class RerankJudge(IReranker reranker, int words, int documentsPerRequest, ReplyCounts counts) : PassageJudge(JudgeNames.Rerank, counts)
{
    /// <inheritdoc/>
    protected override JudgeCost CostOf(int passages) => new((passages + documentsPerRequest - 1) / documentsPerRequest, passages);

    /// <inheritdoc/>
    protected override async Task<IReadOnlyList<JudgeVerdict>> AskAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken) =>
        [.. (await Task.WhenAll(passages.Chunk(documentsPerRequest).Select(chunk => RerankAsync(query, chunk, cancellationToken)))).SelectMany(verdicts => verdicts)];

    private async Task<IReadOnlyList<JudgeVerdict>> RerankAsync(string query, Passage[] passages, CancellationToken cancellationToken)
    {
        try
        {
            RerankReply reply = await reranker.ScoreAsync(query, [.. passages.Select(passage => LikelihoodJudge.Read(passage, words).TitleAndText)], cancellationToken);
            return [.. reply.Scores.Select(score => score.Score is { } value ? JudgeVerdict.Of(value) : JudgeVerdict.Failed(score.Fault ?? JudgeFaults.Missing))];
        }
        catch (Exception e) when (JudgeFaults.Of(e) is not null)
        {
            return AllFailed(passages.Length, JudgeFaults.Of(e)!); // not null: see the filter
        }
    }
}
