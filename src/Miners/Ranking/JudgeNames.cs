namespace R2Synth.Miners.Ranking;

/// <summary>Names of the judges, in settings, scores and reports.</summary>
public static class JudgeNames
{
    /// <summary>Name of the answer check.</summary>
    public const string Answer = "answer";

    /// <summary>Name of relevance generation.</summary>
    public const string YesNo = "yes-no";

    /// <summary>Name of query likelihood.</summary>
    public const string Likelihood = "likelihood";

    /// <summary>Name of Gecko's fusion of the two.</summary>
    public const string Gecko = "gecko";

    /// <summary>Name of the expected grade.</summary>
    public const string Graded = "graded";

    /// <summary>Name of RankGPT's windows.</summary>
    public const string Listwise = "listwise";

    /// <summary>Name of the heapsort by sets.</summary>
    public const string Setwise = "setwise";

    /// <summary>Name of pairwise ranking prompting.</summary>
    public const string Pairwise = "pairwise";

    /// <summary>Name of Qwen3's rerankers by their prompt.</summary>
    public const string Qwen3Reranker = "qwen3-reranker";

    /// <summary>Name of a server's rerank endpoint.</summary>
    public const string Rerank = "rerank";
}
