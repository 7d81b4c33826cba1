namespace R2Synth.Inference;

/// <summary>
/// Log-likelihoods of given texts after a given prefix: query likelihood, yes/no relevance, graded labels.
/// The prefix is computed once for all continuations. A score is the same bits whatever else the model is doing.
/// </summary>
public interface ITokenScorer
{
    /// <summary>Scores every continuation after the prefix.</summary>
    /// <param name="prefix">The raw text before each continuation, beginning-of-text added by the scorer; not empty.</param>
    /// <param name="continuations">At least one. Each is tokenized apart from the prefix, so begin it where a token may begin (a blank, a line break).</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>One score a continuation, in their order.</returns>
    /// <exception cref="ContextExceededException">Prefix and continuation are longer than the model's context.</exception>
    Task<IReadOnlyList<ContinuationScore>> ScoreAsync(
        string prefix, IReadOnlyList<Continuation> continuations, CancellationToken cancellationToken = default);

    /// <summary>Weighs the tokens that may come next (PromptReps, arXiv 2404.18424, section 3).</summary>
    /// <param name="prompt">The raw text before, beginning-of-text added by the scorer; not empty.</param>
    /// <param name="top">How many, 1 or more; servers give 20 at most.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The likeliest ones, likeliest first; of equals the one with the smaller id first.</returns>
    /// <exception cref="ContextExceededException">The prompt is longer than the model's context.</exception>
    /// <exception cref="NotSupportedException">The model gives no such weights.</exception>
    Task<IReadOnlyList<NextToken>> NextTokensAsync(string prompt, int top, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("This scorer does not weigh next tokens.");
}
