namespace R2Synth.Miners.Selection;

/// <summary>The table of before and after. negatives before = after + removed + relabelled + failed + those of dropped queries.</summary>
public sealed record FalseNegativeCounts
{
    /// <summary>Queries checked.</summary>
    public long Queries { get; init; }

    /// <summary>Positives before.</summary>
    public long PositivesBefore { get; init; }

    /// <summary>Positives after, relabelled ones included, those of dropped queries not.</summary>
    public long PositivesAfter { get; init; }

    /// <summary>Negatives before.</summary>
    public long NegativesBefore { get; init; }

    /// <summary>Negatives after.</summary>
    public long NegativesAfter { get; init; }

    /// <summary>Negatives that the first judge flagged.</summary>
    public long Flagged { get; init; }

    /// <summary>Of them those that the second judge confirmed; all where there is none.</summary>
    public long Confirmed { get; init; }

    /// <summary>Negatives taken out as answers.</summary>
    public long Removed { get; init; }

    /// <summary>Negatives made positives.</summary>
    public long Relabelled { get; init; }

    /// <summary>Negatives taken out because no judge could clear them.</summary>
    public long Failed { get; init; }

    /// <summary>Queries dropped.</summary>
    public long DroppedQueries { get; init; }

    /// <summary>Positives and negatives that a judge failed on, any stage.</summary>
    public long JudgeFaults { get; init; }

    /// <summary>The sum of two.</summary>
    public FalseNegativeCounts Plus(FalseNegativeCounts other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return new FalseNegativeCounts
        {
            Queries = Queries + other.Queries,
            PositivesBefore = PositivesBefore + other.PositivesBefore,
            PositivesAfter = PositivesAfter + other.PositivesAfter,
            NegativesBefore = NegativesBefore + other.NegativesBefore,
            NegativesAfter = NegativesAfter + other.NegativesAfter,
            Flagged = Flagged + other.Flagged,
            Confirmed = Confirmed + other.Confirmed,
            Removed = Removed + other.Removed,
            Relabelled = Relabelled + other.Relabelled,
            Failed = Failed + other.Failed,
            DroppedQueries = DroppedQueries + other.DroppedQueries,
            JudgeFaults = JudgeFaults + other.JudgeFaults,
        };
    }

    /// <summary>The table's rows, by the names that <c>run.json</c> has.</summary>
    public IReadOnlyList<(string Name, long Count)> Rows =>
    [
        ("queries_checked", Queries), ("queries_dropped", DroppedQueries), ("positives_before", PositivesBefore), ("positives_after", PositivesAfter),
        ("negatives_before", NegativesBefore), ("negatives_after", NegativesAfter), ("flagged", Flagged), ("confirmed", Confirmed), ("removed", Removed),
        ("relabelled", Relabelled), ("failed", Failed), ("judge_faults", JudgeFaults),
    ];
}
