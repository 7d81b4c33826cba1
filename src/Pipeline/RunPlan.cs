namespace R2Synth.Pipeline;

/// <summary>How much work a run is, before any of it is done.</summary>
public sealed record RunPlan
{
    /// <summary>One line a recipe and stage.</summary>
    public required IReadOnlyList<PlannedStage> Stages { get; init; }

    /// <summary>Passages in the corpus; null without one.</summary>
    public int? Passages { get; init; }
}
