using System.Globalization;
using System.Text;

namespace R2Synth.Pipeline.Filters;

/// <summary>Words for counting: runs of letters, marks and digits in lower case; in scripts without blanks (Han, kana, Thai) each character is one.</summary>
internal static class Words
{
    /// <summary>The words of a text, in order.</summary>
    public static IReadOnlyList<string> Of(string text)
    {
        List<string> words = [];
        StringBuilder word = new();
        foreach (Rune rune in text.EnumerateRunes())
        {
            bool alone = IsUnspaced(rune.Value);
            bool inside = Rune.IsLetterOrDigit(rune)
                || Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark;
            if (alone || !inside)
            {
                End();
            }

            if (inside)
            {
                word.Append(Rune.ToLowerInvariant(rune).ToString());
            }

            if (alone)
            {
                End();
            }
        }

        End();
        return words;

        void End()
        {
            if (word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }
        }
    }

    /// <summary>Share of the distinct words of a query that a text has; in [0, 1], 0 for a query without words.</summary>
    public static double Containment(IReadOnlyList<string> query, IReadOnlyList<string> text)
    {
        HashSet<string> distinct = new(query, StringComparer.Ordinal);
        HashSet<string> found = new(text, StringComparer.Ordinal);
        return distinct.Count == 0 ? 0 : (double)distinct.Count(found.Contains) / distinct.Count;
    }

    // Thai and Lao; kana; Han and its extension A; compatibility ideographs; the supplementary ideographic planes.
    private static bool IsUnspaced(int rune) => rune is
        (>= 0x0E00 and <= 0x0EFF) or (>= 0x3040 and <= 0x30FF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF)
        or (>= 0xF900 and <= 0xFAFF) or (>= 0x20000 and <= 0x3FFFF);
}
