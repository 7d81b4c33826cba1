using System.Buffers;
using System.Text;
using R2Synth.Records;

namespace R2Synth.Miners.Selection;

/// <summary>Forms of a text for comparing and cutting it. Scripts that are written without blanks count each character as a word.</summary>
internal static class TextForm
{
    /// <summary>Lower case, every run of white space one blank, none at the ends.</summary>
    internal static string Normalise(string text) => TextLine.Of(text).ToLowerInvariant();

    /// <summary>The first words on one line.</summary>
    /// <param name="text">Any text.</param>
    /// <param name="words">Most words, at least 1.</param>
    /// <returns>The beginning of <see cref="TextLine.Of"/>, cut between words.</returns>
    internal static string FirstWords(string text, int words)
    {
        string line = TextLine.Of(text);
        int count = 0;
        foreach ((int start, _) in Words(line))
        {
            if (++count > words)
            {
                return line[..start].TrimEnd();
            }
        }

        return line;
    }

    /// <summary>Distinct runs of three words, letters and digits only, lower case; the whole text where it has fewer.</summary>
    internal static HashSet<string> Trigrams(string text)
    {
        string line = Normalise(text);
        List<string> words = [.. Words(line).Select(w => Bare(line.AsSpan(w.Start, w.Length))).Where(w => w.Length > 0)];
        return words.Count < 3
            ? [string.Join(' ', words)]
            : [.. Enumerable.Range(0, words.Count - 2).Select(i => $"{words[i]} {words[i + 1]} {words[i + 2]}")];
    }

    private static IEnumerable<(int Start, int Length)> Words(string line)
    {
        int start = -1;
        for (int i = 0; i < line.Length;)
        {
            if (Rune.DecodeFromUtf16(line.AsSpan(i), out Rune rune, out int length) != OperationStatus.Done)
            {
                rune = Rune.ReplacementChar; // a lone surrogate is a letter like any other
            }

            bool blank = Rune.IsWhiteSpace(rune);
            bool alone = !blank && IsUnspaced(rune.Value);
            if (start >= 0 && (blank || alone))
            {
                yield return (start, i - start);
                start = -1;
            }

            if (alone)
            {
                yield return (i, length);
            }
            else if (!blank && start < 0)
            {
                start = i;
            }

            i += length;
        }

        if (start >= 0)
        {
            yield return (start, line.Length - start);
        }
    }

    private static string Bare(ReadOnlySpan<char> word)
    {
        StringBuilder bare = new(word.Length);
        foreach (Rune rune in word.EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune))
            {
                bare.Append(rune.ToString());
            }
        }

        return bare.ToString();
    }

    // Thai, Lao, Myanmar, Khmer; kana; Han with its extensions.
    private static bool IsUnspaced(int c) => c is (>= 0x0E00 and <= 0x0EFF) or (>= 0x1000 and <= 0x109F) or (>= 0x1780 and <= 0x17FF)
        or (>= 0x3040 and <= 0x30FF) or (>= 0x3400 and <= 0x9FFF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF);
}
