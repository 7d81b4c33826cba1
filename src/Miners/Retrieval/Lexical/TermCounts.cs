namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>How often each term is in each passage: an inverted index before it is weighted. The one owner may overwrite <see cref="Values"/>.</summary>
internal sealed class TermCounts
{
    /// <summary>How many passages, also those without a term.</summary>
    public int Passages => Lengths.Length;

    /// <summary>The terms, by their first place in the corpus.</summary>
    public required IReadOnlyList<string> Terms { get; init; }

    /// <summary>For each term where its postings begin, and where the last one's end: one more than there are terms.</summary>
    public required int[] Starts { get; init; }

    /// <summary>The passages of each term, rising within it: places in the order of docids.</summary>
    public required int[] Positions { get; init; }

    /// <summary>A value for each of <see cref="Positions"/>: the count, at least 1, until a weighting overwrites it with the impact.</summary>
    public required float[] Values { get; init; }

    /// <summary>Terms of each passage, repeated ones repeatedly.</summary>
    public required int[] Lengths { get; init; }
}
