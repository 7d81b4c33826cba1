namespace R2Synth.Evaluation.Probe;

/// <summary>An example as tokens. Texts that are equal are the same object, which is how a positive is known again among others' negatives.</summary>
internal sealed record EncodedExample(TokenBag Query, TokenBag Positive, IReadOnlyList<TokenBag> Negatives);
