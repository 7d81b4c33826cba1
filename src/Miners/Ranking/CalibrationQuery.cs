namespace R2Synth.Miners.Ranking;

/// <summary>One query of a calibration: its seed beside passages that it was not written from.</summary>
public sealed record CalibrationQuery
{
    /// <summary>The passage that the query was written from.</summary>
    public required PassageScores Seed { get; init; }

    /// <summary>Its retrieved candidates without the seed; a query without any is not measured.</summary>
    public required IReadOnlyList<PassageScores> Retrieved { get; init; }

    /// <summary>Passages drawn at random from the corpus, not the seed; a query without any is not measured.</summary>
    public required IReadOnlyList<PassageScores> Random { get; init; }
}
