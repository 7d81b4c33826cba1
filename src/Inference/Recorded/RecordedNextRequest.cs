namespace R2Synth.Inference.Recorded;

/// <summary>A question for the tokens that may come next.</summary>
/// <param name="Prompt">The raw text before.</param>
/// <param name="Top">How many were asked for.</param>
internal sealed record RecordedNextRequest(string Prompt, int Top);
