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
    public double[] Norms(CorpusTerms corpus)
    {
        double[] norms = new double[corpus.Lengths.Length];
        foreach (PassageBlock block in corpus.Blocks.Read())
        {
            for (int passage = 0, start = 0; passage < block.Ends.Length; start = block.Ends[passage++])
            {
                double squares = 0;
                Array.Sort(block.Terms, block.Counts, start, block.Ends[passage] - start); // added up in one order, whatever the passage's
                foreach (float count in block.Counts.AsSpan(start..block.Ends[passage]))
                {
                    double weight = 1 + Math.Log(count);
                    squares += weight * weight;
                }

                norms[block.First + passage] = Math.Sqrt(squares);
            }
        }

        return norms;
    }

    /// <inheritdoc/>
    public void WeighPassages(TermCounts counts, double[] norms)
    {
        for (int i = 0; i < counts.Starts[^1]; i++) counts.Values[i] = (float)((1 + Math.Log(counts.Values[i])) / norms[counts.Positions[i]]);
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
