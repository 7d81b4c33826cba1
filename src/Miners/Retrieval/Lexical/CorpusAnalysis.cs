using R2Synth.Records;

namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>Counts the terms of a whole corpus, in parallel; what comes out does not depend on how many workers there are.</summary>
internal static class CorpusAnalysis
{
    private const int PassagesPerBlock = 256;

    /// <summary>Counts.</summary>
    /// <param name="passages">The corpus.</param>
    /// <param name="order">Its order of docids.</param>
    /// <param name="analysis">The analysis.</param>
    /// <param name="parallelism">Workers, at least 1.</param>
    /// <param name="cancellationToken">Stops between blocks of passages.</param>
    /// <exception cref="InputException">There are more postings than an array holds.</exception>
    public static TermCounts Count(IReadOnlyList<Passage> passages, DocidOrder order, TextAnalysis analysis, int parallelism, CancellationToken cancellationToken)
    {
        PassageBlock[] blocks = new PassageBlock[(passages.Count + PassagesPerBlock - 1) / PassagesPerBlock];
        int next = -1;
        Parallel.For(0, Math.Min(parallelism, blocks.Length), new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellationToken }, _ =>
        {
            TermCounter counter = new(analysis);
            for (int block = Interlocked.Increment(ref next); block < blocks.Length; block = Interlocked.Increment(ref next))
            {
                cancellationToken.ThrowIfCancellationRequested();
                int first = block * PassagesPerBlock;
                blocks[block] = counter.Count(passages, order.Passages, first, Math.Min(passages.Count, first + PassagesPerBlock));
            }
        });
        return Join(blocks, passages.Count);
    }

    /// <summary>Makes one inverted index of blocks.</summary>
    /// <param name="blocks">By rising position; their terms are renumbered in place.</param>
    /// <param name="passages">Passages of all blocks.</param>
    /// <exception cref="InputException">There are more postings than an array holds.</exception>
    public static TermCounts Join(PassageBlock[] blocks, int passages)
    {
        (List<string> terms, int[] starts) = Renumber(blocks);
        int[] positions = new int[starts[^1]], next = starts[..^1], lengths = new int[passages];
        float[] values = new float[starts[^1]];
        foreach (PassageBlock block in blocks)
        {
            block.Lengths.CopyTo(lengths, block.First);
            for (int passage = 0, i = 0; passage < block.Ends.Length; passage++)
            {
                for (; i < block.Ends[passage]; i++)
                {
                    int at = next[block.Terms[i]]++;
                    positions[at] = block.First + passage;
                    values[at] = block.Counts[i];
                }
            }
        }

        return new TermCounts { Terms = terms, Starts = starts, Positions = positions, Values = values, Lengths = lengths };
    }

    // Numbers by the first place in the corpus: counters number terms as they meet them, which depends on who got which block.
    private static (List<string> Terms, int[] Starts) Renumber(PassageBlock[] blocks)
    {
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        Dictionary<IReadOnlyList<string>, int[]> renumbered = new(ReferenceEqualityComparer.Instance);
        List<string> terms = [];
        List<int> frequencies = [];
        long postings = 0;
        foreach (PassageBlock block in blocks)
        {
            if (!renumbered.TryGetValue(block.Vocabulary, out int[]? own))
            {
                own = new int[block.Vocabulary.Count];
                Array.Fill(own, -1);
                renumbered[block.Vocabulary] = own;
            }

            postings += block.Terms.Length;
            foreach (ref int term in block.Terms.AsSpan())
            {
                ref int number = ref own[term];
                if (number < 0)
                {
                    string written = block.Vocabulary[term];
                    if (!numbers.TryGetValue(written, out number))
                    {
                        numbers[written] = number = terms.Count;
                        terms.Add(written);
                        frequencies.Add(0);
                    }
                }

                frequencies[number]++;
                term = number;
            }
        }

        ThrowIfTooMany(postings);
        int[] starts = new int[terms.Count + 1];
        for (int i = 0; i < terms.Count; i++) starts[i + 1] = starts[i] + frequencies[i];
        return (terms, starts);
    }

    /// <summary>Refuses a corpus that does not fit an array.</summary>
    public static void ThrowIfTooMany(long postings)
    {
        if (postings > Array.MaxLength) throw new InputException($"The corpus has more than {Array.MaxLength} pairs of a passage and a term, the most that an index holds. Split the corpus.");
    }
}
