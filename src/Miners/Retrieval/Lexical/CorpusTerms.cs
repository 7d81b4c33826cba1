namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>How often each term is in each passage, passage by passage. Not thread-safe.</summary>
internal sealed class CorpusTerms : IDisposable
{
    /// <summary>The terms, by their first place in the corpus.</summary>
    public required TermTable Terms { get; init; }

    /// <summary>For each term where its postings begin, and where the last one's end: one more than there are terms.</summary>
    public required int[] Starts { get; init; }

    /// <summary>Terms of each passage, repeated ones repeatedly.</summary>
    public required int[] Lengths { get; init; }

    /// <summary>The passages.</summary>
    public required PassageBlocks Blocks { get; init; }

    /// <summary>The end of as many terms, from one on, as have a number of postings together; one at least.</summary>
    public int EndOf(int first, int postings)
    {
        int end = first + 1;
        while (end < Terms.Count && Starts[end + 1] - Starts[first] <= postings) end++;
        return end;
    }

    /// <summary>The postings of some terms.</summary>
    /// <param name="first">The first term.</param>
    /// <param name="end">The one after the last.</param>
    /// <param name="positions">Filled: room for their postings at least.</param>
    /// <param name="values">As <paramref name="positions"/>.</param>
    public TermCounts Invert(int first, int end, int[] positions, float[] values)
    {
        int[] starts = [.. Starts.AsSpan(first..(end + 1))];
        for (int i = starts.Length - 1; i >= 0; i--) starts[i] -= starts[0];
        int[] next = starts[..^1];
        foreach (PassageBlock block in Blocks.Read())
        {
            for (int passage = 0, i = 0; passage < block.Ends.Length; passage++)
            {
                for (; i < block.Ends[passage]; i++)
                {
                    uint term = (uint)(block.Terms[i] - first);
                    if (term >= (uint)next.Length) continue;
                    int at = next[term]++;
                    positions[at] = block.First + passage;
                    values[at] = block.Counts[i];
                }
            }
        }

        return new TermCounts { Passages = Lengths.Length, Starts = starts, Positions = positions, Values = values };
    }

    /// <summary>Frees the blocks.</summary>
    public void Dispose() => Blocks.Dispose();
}
