namespace R2Synth.Inference.LlamaCpp;

/// <summary>Scores texts with the model in the process. Thread-safe.</summary>
internal sealed class LlamaCppScorer(LlamaEngine engine) : ITokenScorer
{
    /// <inheritdoc/>
    public async Task<IReadOnlyList<ContinuationScore>> ScoreAsync(
        string prefix, IReadOnlyList<Continuation> continuations, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(prefix);
        ArgumentOutOfRangeException.ThrowIfZero(continuations.Count, nameof(continuations));
        int[]? asData = null, asTemplate = null;
        ScoreRequest request = new()
        {
            Texts = [.. continuations.Select(continuation => Tokens(
                continuation.ControlTokens ? asTemplate ??= engine.Tokenizer.Encode(prefix, parseSpecial: true) : asData ??= engine.Tokenizer.Encode(prefix), continuation))],
        };
        return await engine.ScoreAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<NextToken>> NextTokensAsync(string prompt, int top, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(prompt);
        ArgumentOutOfRangeException.ThrowIfLessThan(top, 1);
        return await engine.NextTokensAsync(new NextTokensRequest { Prompt = engine.Tokenizer.Encode(prompt), Top = top }, cancellationToken);
    }

    private ScoredText Tokens(int[] prefix, Continuation continuation)
    {
        int[] lead = engine.Tokenizer.EncodePiece(continuation.Lead);
        int[] text = engine.Tokenizer.EncodePiece(continuation.Text);
        int[] then = engine.Tokenizer.EncodePiece(continuation.Then, continuation.ControlTokens);
        int begin = prefix.Length + lead.Length;
        return new ScoredText
        {
            // Without labels nobody looks past the text.
            Tokens = continuation.Labels.Count > 0 ? [.. prefix, .. lead, .. text, .. then] : [.. prefix, .. lead, .. text],
            Prefix = prefix.Length,
            Start = begin,
            End = begin + text.Length,
            Labels = [.. continuation.Labels.Select(FirstToken)],
        };
    }

    private int FirstToken(string label) => engine.Tokenizer.EncodePiece(label) is [var first, ..]
        ? first
        : throw new ArgumentException("A label must not be empty: it is weighed by its first token.");
}
