namespace R2Synth.Pipeline.Reporting;

/// <summary>Counts of a stage once it has ended: in = out + rejected.</summary>
internal sealed record StageReport
{
    /// <summary>The stage.</summary>
    public required string Name { get; init; }

    /// <summary>Units that came in.</summary>
    public required long In { get; init; }

    /// <summary>Units that went on.</summary>
    public required long Out { get; init; }

    /// <summary>Units that were rejected.</summary>
    public required long Rejected { get; init; }

    /// <summary>What a live counter stands at.</summary>
    public static StageReport Of(StageCounter counter) =>
        new() { Name = counter.Name, In = counter.Entered, Out = counter.Left, Rejected = counter.Rejected };
}
