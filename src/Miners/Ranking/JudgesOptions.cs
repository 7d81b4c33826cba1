using System.ComponentModel.DataAnnotations;

namespace R2Synth.Miners.Ranking;

/// <summary>How the judges judge: <c>R2Synth:Judges</c>. Pointwise judges read <see cref="MiningOptions.JudgedWords"/> of a passage.</summary>
public sealed class JudgesOptions
{
    /// <summary>The judge that is asked, one of <see cref="Judges.Names"/>, or several joined by <c>+</c>; null takes <c>likelihood</c> in <c>mine</c> and <c>gecko</c> in the recipes.</summary>
    public string? Method { get; set; }

    /// <summary>Listwise: passages in a window. RankGPT's (2304.09542) is 20; a window must fit the model's context.</summary>
    [Range(2, 1000)]
    public int ListwiseWindow { get; set; } = 20;

    /// <summary>Listwise: how far the window moves, at most its size. RankGPT's is 10.</summary>
    [Range(1, 1000)]
    public int ListwiseStep { get; set; } = 10;

    /// <summary>Listwise: words of a passage that are read. RankGPT's is 300.</summary>
    [Range(8, 4000)]
    public int ListwiseWords { get; set; } = 300;

    /// <summary>Listwise: the share of a window that a reply must name to count as a ranking; below it the order would be the retriever's, and the query fails.</summary>
    [Range(0.0, 1.0)]
    public double ListwiseFewestNamed { get; set; } = 0.5;

    /// <summary>Setwise: passages in a set. The paper's (2310.09497) are 3 and 4.</summary>
    [Range(3, 12)]
    public int SetwiseSize { get; set; } = 4;

    /// <summary>Setwise: passages that are put in order. The paper's is 10.</summary>
    [Range(1, 1000)]
    public int SetwiseTop { get; set; } = 10;

    /// <summary>Pairwise: which pairs are compared (2306.17563).</summary>
    public PairwiseMethod Pairwise { get; set; } = PairwiseMethod.AllPair;

    /// <summary>Pairwise, sliding: passes, which is how many passages are sure to come up. The paper's is 10.</summary>
    [Range(1, 1000)]
    public int PairwisePasses { get; set; } = 10;

    /// <summary>Pairwise and setwise: words of a passage that are read; llm-rankers cuts at 128 tokens.</summary>
    [Range(8, 4000)]
    public int PickWords { get; set; } = 100;

    /// <summary>Query likelihood: a token or in all.</summary>
    public LikelihoodOf Likelihood { get; set; } = LikelihoodOf.Mean;

    /// <summary>Qwen3-Reranker: the task in a sentence; empty takes that of web search.</summary>
    public string Instruction { get; set; } = "";

    /// <summary>Rerankers, by prompt or by endpoint: words of a passage that are read.</summary>
    [Range(8, 8000)]
    public int RerankWords { get; set; } = 300;

    /// <summary>Rerank endpoint: documents in a request.</summary>
    [Range(1, 1000)]
    public int RerankDocuments { get; set; } = 32;

    /// <summary>How the rankings of judges that <c>mine</c> asks together become one; null takes <see cref="Ranking.Combination.ReciprocalRank"/>.</summary>
    public Combination? Combination { get; set; }

    /// <summary>What a judge's vote weighs in a fusion, of the recipes and of judges that are asked together.</summary>
    public JudgeWeighting Weights { get; set; } = JudgeWeighting.Equal;
}
