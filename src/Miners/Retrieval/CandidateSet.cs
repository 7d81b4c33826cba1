namespace R2Synth.Miners.Retrieval;

/// <summary>The candidates of one query.</summary>
public sealed record CandidateSet
{
    /// <summary>By rising <see cref="Candidate.RetrieverRank"/>: the best N, then the seed where it is not among them. No two have the same text.</summary>
    public required IReadOnlyList<Candidate> Candidates { get; init; }

    /// <summary>The seed's rank in the fused list, from 1; null where there is no seed or neither retriever returned it.</summary>
    public required int? SeedRank { get; init; }

    /// <summary>Passages left out because an earlier candidate, or the seed, has the same text.</summary>
    public required int Copies { get; init; }
}
