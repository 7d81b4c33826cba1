namespace R2Synth.Miners.Selection;

/// <summary>One query's positives and negatives after the check.</summary>
public sealed record FalseNegativeOutcome
{
    /// <summary>One a passage, in the order given; all <see cref="FalseNegativeFate.Kept"/> where the query is dropped.</summary>
    public required IReadOnlyList<FalseNegativeFate> Fates { get; init; }

    /// <summary>The judges' scores by name, one map a passage; a judge that failed or was not asked is missing.</summary>
    public required IReadOnlyList<IReadOnlyDictionary<string, double>> Scores { get; init; }

    /// <summary>Why the whole query goes, see <see cref="FalseNegativeReasons"/>; null where it stays.</summary>
    public required string? Dropped { get; init; }

    /// <summary>What was counted.</summary>
    public required FalseNegativeCounts Counts { get; init; }
}
