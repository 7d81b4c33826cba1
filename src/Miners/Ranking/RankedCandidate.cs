using R2Synth.Miners.Retrieval;

namespace R2Synth.Miners.Ranking;

/// <summary>A candidate in its place after judging.</summary>
public sealed record RankedCandidate
{
    /// <summary>What the retrievers found.</summary>
    public required Candidate Candidate { get; init; }

    /// <summary>What the judge found, kept also where it had no vote.</summary>
    public required JudgeScore Score { get; init; }

    /// <summary>Weighted sum of the voters' reciprocal ranks; with the paper's weights in (0, 2].</summary>
    public required double Fused { get; init; }

    /// <summary>Place in the fused order, from 1; no two candidates share one.</summary>
    public required int Rank { get; init; }
}
