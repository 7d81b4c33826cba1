namespace R2Synth.Pipeline;

/// <summary>What one recipe made.</summary>
public sealed record RecipeSummary
{
    /// <summary>The recipe.</summary>
    public required string Recipe { get; init; }

    /// <summary>Groups in the shards, the dev split included.</summary>
    public required int Groups { get; init; }

    /// <summary>Groups whose positive is not their seed.</summary>
    public required int Relabelled { get; init; }

    /// <summary>Rejected units by stage and reason, sorted by ordinal name: <c>dedup/near-duplicate</c>.</summary>
    public required SortedDictionary<string, int> Rejects { get; init; }
}
