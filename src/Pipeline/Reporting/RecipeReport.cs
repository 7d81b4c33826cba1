using R2Synth.Pipeline.Recipes;

namespace R2Synth.Pipeline.Reporting;

/// <summary>What one recipe made.</summary>
internal sealed record RecipeReport
{
    /// <summary>The recipe.</summary>
    public required RecipeDescription Recipe { get; init; }

    /// <summary>Groups in the shards, the dev split included.</summary>
    public required int Groups { get; init; }

    /// <summary>Groups whose positive is not their seed.</summary>
    public required int Relabelled { get; init; }

    /// <summary>Counts of its stages, in the order of the work.</summary>
    public required IReadOnlyList<StageReport> Stages { get; init; }

    /// <summary>Rejected units by stage and reason, sorted by ordinal name: <c>dedup/near-duplicate</c>.</summary>
    public required SortedDictionary<string, int> Rejects { get; init; }
}
