namespace R2Synth.Pipeline.Reporting;

/// <summary>One bar.</summary>
/// <param name="Label">A range (<c>5-9</c>, both ends counted in) or a name.</param>
/// <param name="Count">How many lie in it.</param>
internal readonly record struct DistributionBin(string Label, long Count);
