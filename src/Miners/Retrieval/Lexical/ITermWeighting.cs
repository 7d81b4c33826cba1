namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>Turns counts into impacts, so that a score is a dot product. Thread-safe.</summary>
internal interface ITermWeighting
{
    /// <summary>Name and parameters: what an index depends on beside its passages and their analysis.</summary>
    string Identity { get; }

    /// <summary>What the impacts of a passage's terms have in common, by the passage's position.</summary>
    double[] Norms(CorpusTerms corpus);

    /// <summary>Overwrites each count of some terms with its impact, above 0 and finite, or 0.</summary>
    /// <param name="counts">The terms.</param>
    /// <param name="norms">The whole corpus's.</param>
    void WeighPassages(TermCounts counts, double[] norms);

    /// <summary>Overwrites each count of a query with the term's weight.</summary>
    /// <param name="terms">The query's terms that the index knows, with their counts; may be empty.</param>
    /// <param name="index">Tells in how many passages a term is.</param>
    void WeighQuery(Span<QueryTerm> terms, ImpactIndex index);
}
