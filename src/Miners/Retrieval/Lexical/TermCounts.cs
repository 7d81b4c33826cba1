namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>How often some terms are in each passage: an inverted index before it is weighted. The one owner may overwrite <see cref="Values"/>.</summary>
internal sealed class TermCounts
{
    /// <summary>How many passages, also those without a term.</summary>
    public required int Passages { get; init; }

    /// <summary>For each term where its postings begin, and where the last one's end: one more than there are terms.</summary>
    public required int[] Starts { get; init; }

    /// <summary>The passages of each term, rising within it: places in the order of docids. What is behind the last posting has no meaning.</summary>
    public required int[] Positions { get; init; }

    /// <summary>A value for each of <see cref="Positions"/>: the count, at least 1, until a weighting overwrites it with the impact.</summary>
    public required float[] Values { get; init; }

    /// <summary>How many terms.</summary>
    public int Terms => Starts.Length - 1;

    /// <summary>The highest value of each term.</summary>
    /// <param name="maxima">Filled: one a term.</param>
    public void Maxima(Span<float> maxima)
    {
        for (int term = 0; term < Terms; term++)
        {
            float most = 0;
            foreach (float value in Values.AsSpan(Starts[term]..Starts[term + 1])) most = Math.Max(most, value);
            maxima[term] = most;
        }
    }
}
