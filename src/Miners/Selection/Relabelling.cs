using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Miners.Selection;

/// <summary>The positive of a query after judging.</summary>
public sealed record Relabelling
{
    /// <summary>The best candidate.</summary>
    public required RankedCandidate Positive { get; init; }

    /// <summary>Further candidates that are kept as positives, best first; none unless a margin is set.</summary>
    public IReadOnlyList<RankedCandidate> AlsoPositive { get; init; } = [];

    /// <summary>All positives, best first.</summary>
    public IReadOnlyList<RankedCandidate> Positives => [Positive, .. AlsoPositive];

    /// <summary>Whether the positive is below the floor: no passage answers the query.</summary>
    public bool Unanswerable { get; init; }

    /// <summary><see cref="Origin.Seed"/> where the seed won, <see cref="Origin.Relabelled"/> where it lost, <see cref="Origin.Mined"/> where there is none.</summary>
    public required Origin Origin { get; init; }

    /// <summary>The seed where it lost; null where it won or where there is none.</summary>
    public required RankedCandidate? LostSeed { get; init; }
}
