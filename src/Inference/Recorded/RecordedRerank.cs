namespace R2Synth.Inference.Recorded;

/// <summary>A document's score as a recording keeps it.</summary>
/// <param name="Score">The score; null where there was none.</param>
/// <param name="Fault">Why not.</param>
internal sealed record RecordedRerank(double? Score, string? Fault);
