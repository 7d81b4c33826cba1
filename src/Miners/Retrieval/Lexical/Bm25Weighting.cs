namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>BM25 in Lucene's form, worked out when the index is built.</summary>
/// <remarks>
/// Robertson et al., TREC-3 (1994): tf (k1 + 1) / (tf + k1 (1 - b + b length / mean length)), times Lucene's idf, ln(1 + (N - n + 0.5) / (n + 0.5)), which is never
/// below 0. N counts all passages. Lengths are exact; Lucene keeps one byte of them. The eager form is that of bm25s (2407.03618, section 2).
/// </remarks>
internal sealed class Bm25Weighting : ITermWeighting
{
    private readonly double _k1;
    private readonly double _b;

    /// <param name="k1">Saturation of term frequency, at least 0.</param>
    /// <param name="b">Weight of length, in [0, 1].</param>
    public Bm25Weighting(double k1, double b)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(k1);
        ArgumentOutOfRangeException.ThrowIfNegative(b);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(b, 1);
        (_k1, _b) = (k1, b);
    }

    /// <inheritdoc/>
    public string Identity => FormattableString.Invariant($"bm25 k1 {_k1:R} b {_b:R}");

    /// <inheritdoc/>
    public double[] Norms(CorpusTerms corpus)
    {
        double mean = corpus.Lengths.Sum(length => (long)length) / (double)Math.Max(corpus.Lengths.Length, 1);
        return Array.ConvertAll(corpus.Lengths, length => _k1 * (1 - _b + (_b * length / mean))); // a mean of 0 has no postings
    }

    /// <inheritdoc/>
    public void WeighPassages(TermCounts counts, double[] norms)
    {
        int[] positions = counts.Positions;
        float[] values = counts.Values;
        Parallel.For(0, counts.Terms, term =>
        {
            (int start, int end) = (counts.Starts[term], counts.Starts[term + 1]);
            int n = end - start;
            double scale = Math.Log(1 + ((counts.Passages - n + 0.5) / (n + 0.5))) * (_k1 + 1);
            for (int i = start; i < end; i++) values[i] = (float)(scale * values[i] / (values[i] + norms[positions[i]]));
        });
    }

    /// <summary>A term that the query repeats weighs as often as it occurs.</summary>
    public void WeighQuery(Span<QueryTerm> terms, ImpactIndex index)
    {
    }
}
