namespace R2Synth.Miners.Selection;

/// <summary>Whose ranking a rule goes by.</summary>
public enum NegativeSource
{
    /// <summary>The candidates' own rank: judged where a judge voted, else the fused retrievers', or the run that was given.</summary>
    Ranked,

    /// <summary>BM25's ranking; a candidate that BM25 did not return is refused.</summary>
    Bm25,

    /// <summary>The better of the ranks that the retrievers gave: the union of their heads.</summary>
    Either,

    /// <summary>Passages of a positive's own document, in the candidates' order.</summary>
    Document,

    /// <summary>A run that the user gave, for negatives of a model in training.</summary>
    Run,
}
