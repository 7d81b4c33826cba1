namespace R2Synth.Cli.Progress;

/// <summary>A stage as it is shown.</summary>
/// <param name="Now">Its counts.</param>
/// <param name="PerSecond">Units a second over the last half minute.</param>
internal readonly record struct StageFigures(StageSnapshot Now, double PerSecond);
