using R2Synth.Records;

namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>Counts the terms of a whole corpus, in parallel; what comes out does not depend on how many workers there are.</summary>
internal static class CorpusAnalysis
{
    private const int PassagesPerBlock = 256;
    private const int BlocksPerWorker = 16;

    // Some 5 MB of a worker's own. With more it forgets them all: those that are frequent come again.
    private const int MostTerms = 1 << 15;

    /// <summary>Counts.</summary>
    /// <param name="passages">The corpus.</param>
    /// <param name="order">Its order of docids.</param>
    /// <param name="analysis">The analysis.</param>
    /// <param name="parallelism">Workers, at least 1.</param>
    /// <param name="path">A file for what has been counted, removed in the end; null keeps it in memory.</param>
    /// <param name="cancellationToken">Stops between blocks of passages.</param>
    /// <returns>The caller's to dispose of.</returns>
    /// <exception cref="InputException">There are more postings than an array holds.</exception>
    /// <exception cref="IOException">The disk does not take the file.</exception>
    public static CorpusTerms Count(IReadOnlyList<Passage> passages, DocidOrder order, TextAnalysis analysis, int parallelism, string? path, CancellationToken cancellationToken)
    {
        PassageBlocks counted = new(path);
        try
        {
            TermNumbers terms = new();
            List<int> frequencies = [];
            int[] lengths = new int[passages.Count];
            TermCounter[] counters = [.. Enumerable.Range(0, parallelism).Select(_ => new TermCounter(analysis))];
            PassageBlock[] blocks = new PassageBlock[parallelism * BlocksPerWorker];
            ParallelOptions options = new() { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellationToken };
            for (int begin = 0; begin < passages.Count; begin += blocks.Length * PassagesPerBlock)
            {
                int from = begin, count = Math.Min(blocks.Length, (passages.Count - from + PassagesPerBlock - 1) / PassagesPerBlock), next = -1;
                Parallel.For(0, Math.Min(parallelism, count), options, worker =>
                {
                    for (int block = Interlocked.Increment(ref next); block < count; block = Interlocked.Increment(ref next))
                    {
                        cancellationToken.ThrowIfCancellationRequested();
                        if (counters[worker].Terms.Count > MostTerms) counters[worker] = new TermCounter(analysis);
                        int first = from + (block * PassagesPerBlock);
                        blocks[block] = counters[worker].Count(passages, order.Passages, first, Math.Min(passages.Count, first + PassagesPerBlock));
                    }
                });
                Dictionary<IReadOnlyList<string>, int[]> renumbered = new(ReferenceEqualityComparer.Instance);
                foreach (PassageBlock block in blocks.AsSpan(0, count))
                {
                    Renumber(block, renumbered, terms, frequencies);
                    block.Lengths.CopyTo(lengths, block.First);
                    counted.Add(block with { Vocabulary = [] });
                }
            }

            return new CorpusTerms { Terms = terms.Finish(), Starts = Starts(frequencies), Lengths = lengths, Blocks = counted };
        }
        catch
        {
            counted.Dispose();
            throw;
        }
    }

    /// <summary>Where the postings of each term begin.</summary>
    /// <param name="frequencies">For each term in how many passages it is.</param>
    /// <exception cref="InputException">There are more postings than an array holds.</exception>
    public static int[] Starts(List<int> frequencies)
    {
        ThrowIfTooMany(frequencies.Sum(frequency => (long)frequency));
        int[] starts = new int[frequencies.Count + 1];
        for (int i = 0; i < frequencies.Count; i++) starts[i + 1] = starts[i] + frequencies[i];
        return starts;
    }

    /// <summary>Refuses a corpus that does not fit an array.</summary>
    public static void ThrowIfTooMany(long postings)
    {
        if (postings > Array.MaxLength) throw new InputException($"The corpus has more than {Array.MaxLength} pairs of a passage and a term, the most that an index holds. Split the corpus.");
    }

    // Numbers by the first place in the corpus: counters number terms as they meet them, which depends on who got which block.
    private static void Renumber(PassageBlock block, Dictionary<IReadOnlyList<string>, int[]> renumbered, TermNumbers terms, List<int> frequencies)
    {
        if (!renumbered.TryGetValue(block.Vocabulary, out int[]? own))
        {
            own = new int[block.Vocabulary.Count];
            Array.Fill(own, -1);
            renumbered[block.Vocabulary] = own;
        }

        foreach (ref int term in block.Terms.AsSpan())
        {
            ref int number = ref own[term];
            if (number < 0)
            {
                number = terms.Add(block.Vocabulary[term]);
                if (number == frequencies.Count) frequencies.Add(0);
            }

            frequencies[number]++;
            term = number;
        }
    }
}
