namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>TF-IDF as SMART's lnc.ltc.</summary>
/// <remarks>
/// Manning, Raghavan and Schütze, Introduction to Information Retrieval (2008), section 6.4.3, after Salton and Buckley (1988). Passages: 1 + ln tf, no idf, unit length.
/// Queries: (1 + ln tf) ln(N / n), unit length over the terms that the corpus has. Natural logarithms. So a score is a cosine.
/// A term that is in every passage weighs nothing.
/// </remarks>
internal sealed class LncLtcWeighting : ITermWeighting
{
    /// <inheritdoc/>
    public string Identity => "tf-idf lnc.ltc";

    /// <inheritdoc/>
    public void WeighPassages(TermCounts counts)
    {
        float[] values = counts.Values;
        int[] positions = counts.Positions;
        double[] squares = new double[counts.Passages];
        for (int i = 0; i < positions.Length; i++)
        {
            double weight = 1 + Math.Log(values[i]);
            squares[positions[i]] += weight * weight;
        }

        for (int i = 0; i < positions.Length; i++) values[i] = (float)((1 + Math.Log(values[i])) / Math.Sqrt(squares[positions[i]]));
    }

    /// <inheritdoc/>
    public void WeighQuery(Span<QueryTerm> terms, ImpactIndex index)
    {
        double squares = 0;
        foreach (QueryTerm term in terms) squares += Math.Pow(Weight(term, index), 2);
        double length = squares > 0 ? Math.Sqrt(squares) : 1;
        foreach (ref QueryTerm term in terms) term = term with { Weight = (float)(Weight(term, index) / length) };
    }

    private static double Weight(QueryTerm term, ImpactIndex index) => (1 + Math.Log(term.Weight)) * Math.Log(index.Passages / (double)index.PassagesWith(term.Term));
}
