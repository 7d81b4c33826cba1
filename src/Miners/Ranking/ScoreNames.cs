namespace R2Synth.Miners.Ranking;

/// <summary>Names of a passage's scores, in shards, votes and reports.</summary>
public static class ScoreNames
{
    /// <summary>BM25.</summary>
    public const string Bm25 = "bm25";

    /// <summary>Cosine of the embeddings.</summary>
    public const string Dense = "dense";

    /// <summary>Reciprocal rank fusion of the retrievers.</summary>
    public const string Rrf = "rrf";

    /// <summary>Query likelihood.</summary>
    public const string Ql = "ql";

    /// <summary>Relevance classification.</summary>
    public const string Rc = "rc";

    /// <summary>Gecko's fusion of the voters.</summary>
    public const string Fused = "fused";
}
