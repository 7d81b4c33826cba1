namespace R2Synth.Evaluation.Probe;

/// <summary>One system's figures on one collection.</summary>
public sealed record ProbeRow
{
    /// <summary>Its name: <c>bm25</c>, <c>untrained</c>, <c>trained</c>, <c>fused</c>, <c>titles</c>, <c>people</c>.</summary>
    public required string System { get; init; }

    /// <summary>nDCG@10 a query, the mean over the seeds, queries by ordinal id.</summary>
    public required IReadOnlyList<double> Ndcg { get; init; }

    /// <summary>Recall@100 a query, as above.</summary>
    public required IReadOnlyList<double> Recall { get; init; }

    /// <summary>Mean nDCG@10 of each seed; one entry where no seed matters.</summary>
    public required IReadOnlyList<double> SeedNdcg { get; init; }

    /// <summary>Paired difference of nDCG@10 to the untrained probe; null in its own row.</summary>
    public PairedDifference? AgainstUntrained { get; init; }

    /// <summary>Paired difference of nDCG@10 to BM25; null in its own row.</summary>
    public PairedDifference? AgainstBm25 { get; init; }
}
