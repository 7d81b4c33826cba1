namespace R2Synth.Pipeline;

/// <summary>A stage's upper bound of work.</summary>
/// <param name="Stage">Recipe and stage.</param>
/// <param name="Calls">Most model calls.</param>
/// <param name="Tokens">Most tokens read and written, estimated.</param>
public sealed record PlannedStage(string Stage, long Calls, long Tokens);
