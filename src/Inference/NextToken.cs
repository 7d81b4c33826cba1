namespace R2Synth.Inference;

/// <summary>A token that may come next.</summary>
/// <param name="Text">The token's text, leading blank included.</param>
/// <param name="LogProbability">Natural logarithm of its probability over the whole vocabulary, at most 0.</param>
/// <param name="Logit">Its raw logit, which PromptReps weighs by ln(1 + max(0, logit)); null from servers, which give probabilities only.</param>
public sealed record NextToken(string Text, double LogProbability, double? Logit);
