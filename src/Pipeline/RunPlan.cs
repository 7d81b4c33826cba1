namespace R2Synth.Pipeline;

/// <summary>How much work a run is from its beginning, before any of it is done.</summary>
public sealed record RunPlan
{
    /// <summary>One line a recipe and stage.</summary>
    public required IReadOnlyList<PlannedStage> Stages { get; init; }

    /// <summary>Passages in the corpus; null without one.</summary>
    public int? Passages { get; init; }

    /// <summary>US dollars that the run may cost; null without a limit.</summary>
    public decimal? Budget { get; init; }

    /// <summary>What the figures rest on, a sentence each.</summary>
    public required IReadOnlyList<string> Assumptions { get; init; }

    /// <summary>Whether any of the models in use costs money.</summary>
    public bool IsPaid => Stages.Any(stage => stage.MostPrice > 0);
}
