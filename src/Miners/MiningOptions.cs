using System.ComponentModel.DataAnnotations;

namespace R2Synth.Miners;

/// <summary>How candidates are found, judged and turned into positives and negatives: <c>R2Synth:Mining</c>.</summary>
public sealed class MiningOptions
{
    /// <summary>Candidates a query, N. Gecko reports p_20 as its negative, so 20 (2403.20327, section 3.2).</summary>
    [Range(2, 1000)]
    public int Candidates { get; set; } = 20;

    /// <summary>Depth of each retriever before fusion.</summary>
    [Range(2, 10000)]
    public int RetrievalDepth { get; set; } = 100;

    /// <summary>k of reciprocal rank fusion of the retrievers (Cormack et al. 2009).</summary>
    [Range(1, 1000)]
    public int FusionK { get; set; } = 60;

    /// <summary>BM25's k1; 0.9 is Anserini's.</summary>
    [Range(0.0, 10.0)]
    public double Bm25K1 { get; set; } = 0.9;

    /// <summary>BM25's b; 0.4 is Anserini's.</summary>
    [Range(0.0, 1.0)]
    public double Bm25B { get; set; } = 0.4;

    /// <summary>Negatives a query.</summary>
    [Range(1, 100)]
    public int Negatives { get; set; } = 4;

    /// <summary>The rule that picks negatives: <c>gecko</c> (lowest of the N) or <c>topk-percpos</c> (NV-Retriever, 2407.15831).</summary>
    public string NegativeRule { get; set; } = "topk-percpos";

    /// <summary>TopK-PercPos: a negative whose dense similarity is above this share of the positive's is refused.</summary>
    [Range(0.0, 1.0)]
    public double PercPos { get; set; } = 0.95;

    /// <summary>Words of a passage that a judge reads.</summary>
    [Range(16, 4000)]
    public int JudgedWords { get; set; } = 120;

    /// <summary>Groups, from the first, on which each judge's vote is measured.</summary>
    [Range(4, 10000)]
    public int CalibrationGroups { get; set; } = 64;
}
