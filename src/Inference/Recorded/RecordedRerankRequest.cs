namespace R2Synth.Inference.Recorded;

/// <summary>Documents that were scored for a query: one, or all of a call that failed as a whole.</summary>
/// <param name="Query">The query.</param>
/// <param name="Documents">What was scored.</param>
internal sealed record RecordedRerankRequest(string Query, IReadOnlyList<string> Documents);
