namespace R2Synth.Inference.LlamaCpp;

/// <summary>A finished reply.</summary>
/// <param name="Text">The text, without stop text and end token.</param>
/// <param name="Tokens">Tokens drawn, an end token included.</param>
/// <param name="Cut">Whether the token limit ended it.</param>
internal sealed record Generation(string Text, int Tokens, bool Cut);
