namespace R2Synth.Inference.Recorded;

/// <summary>Adds each scored continuation to a recording.</summary>
internal sealed class RecordingScorer(ITokenScorer inner, RecordingWriter recording) : ITokenScorer
{
    public async Task<IReadOnlyList<ContinuationScore>> ScoreAsync(
        string prefix, IReadOnlyList<Continuation> continuations, CancellationToken cancellationToken = default)
    {
        try
        {
            IReadOnlyList<ContinuationScore> scores = await inner.ScoreAsync(prefix, continuations, cancellationToken);
            for (int i = 0; i < continuations.Count; i++)
                await recording.AddAsync(CallKind.Score, new RecordedScoreRequest(prefix, [continuations[i]]), RecordedScore.Of(scores[i]), null);
            return scores;
        }
        catch (Exception fault) when (RecordedError.Of(fault) is not null)
        {
            await recording.AddAsync<RecordedScoreRequest, RecordedScore>(CallKind.Score, new RecordedScoreRequest(prefix, continuations), null, RecordedError.Of(fault));
            throw;
        }
    }

    public async Task<IReadOnlyList<NextToken>> NextTokensAsync(string prompt, int top, CancellationToken cancellationToken = default)
    {
        RecordedNextRequest request = new(prompt, top);
        try
        {
            IReadOnlyList<NextToken> tokens = await inner.NextTokensAsync(prompt, top, cancellationToken);
            await recording.AddAsync(CallKind.Next, request, tokens, null);
            return tokens;
        }
        catch (Exception fault) when (RecordedError.Of(fault) is not null)
        {
            await recording.AddAsync<RecordedNextRequest, IReadOnlyList<NextToken>>(CallKind.Next, request, null, RecordedError.Of(fault));
            throw;
        }
    }
}
