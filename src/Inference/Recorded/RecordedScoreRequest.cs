namespace R2Synth.Inference.Recorded;

/// <summary>Continuations that were scored after a prefix: one, or all of a call that failed as a whole.</summary>
/// <param name="Prefix">The raw text before.</param>
/// <param name="Continuations">What was scored.</param>
internal sealed record RecordedScoreRequest(string Prefix, IReadOnlyList<Continuation> Continuations);
