namespace R2Synth.Inference.Recorded;

/// <summary>Answers scores from a recording. Thread-safe.</summary>
internal sealed class RecordedScorer(RecordingReader recording) : ITokenScorer
{
    public async Task<IReadOnlyList<ContinuationScore>> ScoreAsync(
        string prefix, IReadOnlyList<Continuation> continuations, CancellationToken cancellationToken = default)
    {
        // Only a failure stands under several continuations.
        if (continuations.Count > 1) await FindAsync(prefix, continuations, cancellationToken);
        List<ContinuationScore> scores = [];
        foreach (Continuation continuation in continuations)
        {
            RecordedScore reply = await FindAsync(prefix, [continuation], cancellationToken)
                ?? throw recording.Unknown(CallKind.Score, prefix + continuation.Lead + continuation.Text);
            scores.Add(reply.ToScore());
        }

        return scores;
    }

    public async Task<IReadOnlyList<NextToken>> NextTokensAsync(string prompt, int top, CancellationToken cancellationToken = default) =>
        await recording.FindAsync<RecordedNextRequest, IReadOnlyList<NextToken>>(CallKind.Next, new RecordedNextRequest(prompt, top), cancellationToken)
        ?? throw recording.Unknown(CallKind.Next, prompt);

    private Task<RecordedScore?> FindAsync(string prefix, IReadOnlyList<Continuation> continuations, CancellationToken cancellationToken) =>
        recording.FindAsync<RecordedScoreRequest, RecordedScore>(CallKind.Score, new RecordedScoreRequest(prefix, continuations), cancellationToken);
}
