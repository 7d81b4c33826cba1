namespace R2Synth.Inference.Hosted;

/// <summary>Tokens that a server says it used.</summary>
/// <param name="Read">Of the prompt, those from its cache included.</param>
/// <param name="Cached">Of these, from its cache.</param>
/// <param name="Written">Of the reply.</param>
internal readonly record struct TokenUsage(long Read, long Cached, long Written);
