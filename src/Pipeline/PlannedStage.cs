using R2Synth.Pipeline.Money;

namespace R2Synth.Pipeline;

/// <summary>What a stage is expected to take, and the most that it can take.</summary>
public sealed record PlannedStage
{
    /// <summary>Recipe and stage.</summary>
    public required string Stage { get; init; }

    /// <summary>Model calls where every reply is of use at once.</summary>
    public required long Calls { get; init; }

    /// <summary>Most model calls: every reply repaired as often as it may be.</summary>
    public required long MostCalls { get; init; }

    /// <summary>Tokens read in <see cref="Calls"/>, with their margin.</summary>
    public required Estimate TokensRead { get; init; }

    /// <summary>Tokens written in <see cref="Calls"/>, with their margin.</summary>
    public required Estimate TokensWritten { get; init; }

    /// <summary>US dollars for <see cref="Calls"/> at the cheapest of the backend's servers.</summary>
    public required Estimate Cheapest { get; init; }

    /// <summary>US dollars for <see cref="Calls"/> at the dearest of the backend's servers.</summary>
    public required Estimate Dearest { get; init; }

    /// <summary>Most US dollars: <see cref="MostCalls"/>, each reply as long as its prompt allows, at the dearest server.</summary>
    public required decimal MostPrice { get; init; }
}
