using System.Runtime.InteropServices;
using R2Synth.Records;

namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>Makes an index of a file of passages' vectors.</summary>
internal static class PassageVectors
{
    /// <summary>Reads the file.</summary>
    /// <param name="path">See <see cref="VectorLines"/>; any order of docids.</param>
    /// <param name="passages">The corpus.</param>
    /// <param name="order">Its order of docids.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InputException">A line is no vector, a docid comes twice, or a passage has no vector.</exception>
    public static async Task<(ImpactIndex Index, ImpactFileReport Report)> ReadAsync(
        string path, IReadOnlyList<Passage> passages, DocidOrder order, CancellationToken cancellationToken)
    {
        (int Start, int End, int Line)[] read = new (int, int, int)[passages.Count];
        List<QueryTerm> all = [];
        List<int> frequencies = [];
        int unknown = 0, empty = 0;
        string? firstUnknown = null;
        VectorLines lines = new(path);
        await foreach (VectorLines line in lines.ReadAsync(cancellationToken))
        {
            int passage = order.Find(line.Id);
            if (passage < 0)
            {
                unknown++;
                firstUnknown ??= line.Id;
                continue;
            }

            int position = order.Positions[passage];
            if (read[position].Line > 0) throw new InputException($"{line.Place}: the id '{line.Id}' was used on line {read[position].Line}. A passage has one vector.");
            CorpusAnalysis.ThrowIfTooMany((long)all.Count + line.Vector.Count);
            int start = all.Count;
            all.AddRange(line.Vector);
            read[position] = (start, all.Count, line.Line);
            empty += line.Vector.Count == 0 ? 1 : 0;
            while (frequencies.Count < line.Terms.Count) frequencies.Add(0);
            foreach (QueryTerm term in line.Vector) frequencies[term.Term]++;
        }

        int[] missing = [.. Enumerable.Range(0, read.Length).Where(position => read[position].Line == 0)];
        if (missing.Length > 0)
        {
            string hint = unknown > 0 ? $"; it has {unknown} that are not in the corpus, '{firstUnknown}' first. Are these vectors of this corpus, with its docids?" : ". Encode the whole corpus.";
            throw new InputException($"{path}: {missing.Length} of {passages.Count} passages have no vector, '{passages.DocidAt(order.Passages[missing[0]])}' first{hint}");
        }

        return (ImpactIndex.Of(TermNumbers.TableOf(lines.Terms), Invert(lines.Terms, frequencies, CollectionsMarshal.AsSpan(all), read)), new ImpactFileReport { UnknownDocids = unknown, FirstUnknownDocid = firstUnknown, EmptyVectors = empty });
    }

    private static TermCounts Invert(List<string> terms, List<int> frequencies, ReadOnlySpan<QueryTerm> all, (int Start, int End, int Line)[] read)
    {
        while (frequencies.Count < terms.Count) frequencies.Add(0);
        int[] starts = CorpusAnalysis.Starts(frequencies);
        int[] next = starts[..^1], positions = new int[all.Length];
        float[] values = new float[all.Length];
        for (int position = 0; position < read.Length; position++)
        {
            foreach (QueryTerm term in all[read[position].Start..read[position].End])
            {
                int at = next[term.Term]++;
                (positions[at], values[at]) = (position, term.Weight);
            }
        }

        return new TermCounts { Passages = read.Length, Starts = starts, Positions = positions, Values = values };
    }
}
