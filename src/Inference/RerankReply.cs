namespace R2Synth.Inference;

/// <summary>What a reranker says of the documents of one request.</summary>
public sealed record RerankReply
{
    /// <summary>One a document, in their order.</summary>
    public required IReadOnlyList<RerankScore> Scores { get; init; }

    /// <summary>Tokens read, the query's once a document; 0 where the server does not say.</summary>
    public long TokensRead { get; init; }

    /// <summary>What it did cost, in US dollars; 0 where nothing was paid.</summary>
    public decimal Cost { get; init; }
}
