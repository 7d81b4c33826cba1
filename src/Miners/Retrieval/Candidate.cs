namespace R2Synth.Miners.Retrieval;

/// <summary>A passage that may answer a query, with what the retrievers found of it.</summary>
public sealed record Candidate
{
    /// <summary>Index into the corpus.</summary>
    public required int Passage { get; init; }

    /// <summary>BM25's score, at least 0; known even where the passage is beyond the retrieval depth. Null where there is no BM25.</summary>
    public required double? Bm25 { get; init; }

    /// <summary>Cosine of query and passage, in [-1, 1] but for rounding; known for every candidate. Null where there is no vector retriever.</summary>
    public required double? Dense { get; init; }

    /// <summary>Rank in BM25's own list, from 1; null where it is beyond the depth or there is no BM25.</summary>
    public int? Bm25Rank { get; init; }

    /// <summary>The best rank in any retriever's own list, from 1; null where it is beyond the depth of all.</summary>
    public int? BestRank { get; init; }

    /// <summary>Scores of further retrievers that returned it, by their names; null where there are none.</summary>
    public IReadOnlyDictionary<string, double>? OtherScores { get; init; }

    /// <summary>Score of reciprocal rank fusion; 0 for a seed that neither retriever returned.</summary>
    public required double Rrf { get; init; }

    /// <summary>
    /// Rank in the fused list, from 1, copies left out and not counted. A seed that neither retriever returned has the rank after the last of that list.
    /// </summary>
    public required int RetrieverRank { get; init; }
}
