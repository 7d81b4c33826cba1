using System.Buffers;
using System.Runtime.InteropServices;
using R2Synth.Records;

namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>
/// Counts the terms of passages, one passage after the other. Analysis is the most of indexing, and every analysis here treats what stands between two blanks alike wherever it stands,
/// so that each distinct stretch is analysed once. Not thread-safe; each worker has one.
/// </summary>
/// <param name="analysis">The analysis.</param>
internal sealed class TermCounter(TextAnalysis analysis)
{
    // Longer stretches are of scripts without blanks, and seldom come twice.
    private const int LongestKept = 48;

    // About 80 bytes each. Most of those that come later will not come again.
    private const int MostKept = 1 << 18;

    private static readonly SearchValues<char> Blanks = SearchValues.Create(" \n\r\t");

    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Start, int Count)> _stretches = new(StringComparer.Ordinal);
    private readonly List<int> _stretchTerms = [];
    private readonly List<int> _found = []; // of the present passage, repeated ones repeatedly
    private readonly List<int> _distinct = [];
    private int[] _counts = new int[1024]; // by term; 0 between passages

    /// <summary>The terms by this counter's numbers.</summary>
    public List<string> Terms { get; } = [];

    /// <summary>Counts passages.</summary>
    /// <param name="passages">The corpus.</param>
    /// <param name="order">Indices into it by position.</param>
    /// <param name="first">Position of the first to count.</param>
    /// <param name="end">Position after the last.</param>
    public PassageBlock Count(IReadOnlyList<Passage> passages, ReadOnlySpan<int> order, int first, int end)
    {
        int[] ends = new int[end - first], lengths = new int[end - first];
        List<int> terms = [];
        List<float> counts = [];
        for (int position = first; position < end; position++)
        {
            Passage passage = passages[order[position]];
            Find(passage.Title); // a blank is between title and text
            Find(passage.Text);
            foreach (int term in CollectionsMarshal.AsSpan(_found))
            {
                if (term >= _counts.Length) Array.Resize(ref _counts, Math.Max(Terms.Count, _counts.Length * 2));
                if (_counts[term]++ == 0) _distinct.Add(term);
            }

            foreach (int term in CollectionsMarshal.AsSpan(_distinct))
            {
                terms.Add(term);
                counts.Add(_counts[term]);
                _counts[term] = 0;
            }

            lengths[position - first] = _found.Count;
            ends[position - first] = terms.Count;
            _found.Clear();
            _distinct.Clear();
        }

        return new PassageBlock(Terms, first, ends, lengths, [.. terms], [.. counts]);
    }

    private void Find(string text)
    {
        Dictionary<string, (int Start, int Count)>.AlternateLookup<ReadOnlySpan<char>> stretches = _stretches.GetAlternateLookup<ReadOnlySpan<char>>();
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            int blank = rest.IndexOfAny(Blanks);
            ReadOnlySpan<char> stretch = blank < 0 ? rest : rest[..blank];
            rest = blank < 0 ? [] : rest[(blank + 1)..];
            stretch = Trim(stretch);
            if (stretch.IsEmpty) continue;
            if (!stretches.TryGetValue(stretch, out (int Start, int Count) known))
            {
                string written = stretch.ToString();
                if (stretch.Length > LongestKept || _stretches.Count == MostKept)
                {
                    Analyse(written, _found);
                    continue;
                }

                known.Start = _stretchTerms.Count;
                Analyse(written, _stretchTerms);
                known.Count = _stretchTerms.Count - known.Start;
                _stretches.Add(written, known);
            }

            if (known.Count == 1) _found.Add(_stretchTerms[known.Start]);
            else if (known.Count > 1) _found.AddRange(CollectionsMarshal.AsSpan(_stretchTerms).Slice(known.Start, known.Count));
        }
    }

    // An ASCII character at an end that is no letter, digit or underscore is no part of a word of ASCII letters beside it: "(word)," is analysed as "word".
    // Beside others it may be one, as an apostrophe after a Hebrew letter.
    private static ReadOnlySpan<char> Trim(ReadOnlySpan<char> stretch)
    {
        int start = 0, end = stretch.Length;
        while (end > 0 && IsMark(stretch[end - 1])) end--;
        if (end > 0 && !char.IsAscii(stretch[end - 1])) end = stretch.Length;
        while (start < end && IsMark(stretch[start])) start++;
        if (start < end && !char.IsAscii(stretch[start])) start = 0;
        return stretch[start..end];
    }

    private static bool IsMark(char c) => char.IsAscii(c) && !char.IsAsciiLetterOrDigit(c) && c != '_';

    private void Analyse(string text, List<int> into)
    {
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> numbers = _numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        using TermStream terms = analysis.Terms(text);
        for (ReadOnlySpan<char> term = terms.Next(); !term.IsEmpty; term = terms.Next())
        {
            if (!numbers.TryGetValue(term, out int number))
            {
                number = Terms.Count;
                Terms.Add(term.SequenceEqual(text) ? text : term.ToString()); // half the time the stretch is the term
                _numbers.Add(Terms[number], number);
            }

            into.Add(number);
        }
    }
}
