namespace R2Synth.Pipeline.Reporting;

/// <summary>Something that a run read.</summary>
internal sealed record InputReport
{
    /// <summary>What it is: <c>corpus</c>, <c>topics</c>, <c>prompt NAME</c>.</summary>
    public required string Role { get; init; }

    /// <summary>Where it was, as the user gave it.</summary>
    public required string Path { get; init; }

    /// <summary>Hash of its content.</summary>
    public required string Hash { get; init; }

    /// <summary>Passages or lines; null where they were not counted.</summary>
    public long? Count { get; init; }
}
