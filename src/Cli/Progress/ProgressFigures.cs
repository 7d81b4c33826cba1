namespace R2Synth.Cli.Progress;

/// <summary>Everything that a progress display shows at one moment.</summary>
internal sealed record ProgressFigures
{
    public required RunSnapshot Now { get; init; }

    /// <summary>In the order in which they began.</summary>
    public required IReadOnlyList<StageFigures> Stages { get; init; }

    public required double TokensReadPerSecond { get; init; }

    public required double TokensWrittenPerSecond { get; init; }

    /// <summary>What the slowest stage still needs; null while that cannot be told.</summary>
    public required TimeSpan? TimeLeft { get; init; }

    /// <summary>Whether the run was asked to stop and is finishing its writes.</summary>
    public bool Stopping { get; init; }
}
