namespace R2Synth.Pipeline.Reporting;

/// <summary>How one property is spread over the groups.</summary>
internal sealed record Distribution
{
    /// <summary>The property: <c>query length</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What is counted: <c>words</c>; empty for names.</summary>
    public string Unit { get; init; } = "";

    /// <summary>The bins that cover what was seen, in order.</summary>
    public required IReadOnlyList<DistributionBin> Bins { get; init; }

    /// <summary>The mean; null for names.</summary>
    public double? Mean { get; init; }

    /// <summary>The lower median; null for names.</summary>
    public double? Median { get; init; }
}
