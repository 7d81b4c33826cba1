using System.Globalization;
using System.Text.RegularExpressions;
using R2Synth.Records;

namespace R2Synth.Bench.Retrieval;

/// <summary>
/// A corpus repeated, the copies with changed tokens: a word that is in few passages, a name for the most part, gets the copy's number at its end, other words stay. So frequent words grow with the
/// corpus and rare ones stay rare and get new neighbours, as in a larger corpus of the kind, no copy ties with its original, and the judgments, which are of the original, go on meaning something.
/// </summary>
internal static partial class GrownCorpus
{
    private const int RareUpTo = 10;

    /// <summary>Repeats a corpus.</summary>
    /// <param name="passages">The original; copy 0.</param>
    /// <param name="copies">How many in all, at least 1.</param>
    /// <param name="changed">Whether tokens are changed; else copies are the same but for their docid.</param>
    public static IReadOnlyList<Passage> Of(IReadOnlyList<Passage> passages, int copies, bool changed)
    {
        Dictionary<string, int> frequencies = new(StringComparer.OrdinalIgnoreCase);
        foreach (Passage passage in passages)
        {
            foreach (string word in Word().Matches(passage.TitleAndText).Select(match => match.Value).Distinct(StringComparer.OrdinalIgnoreCase))
                frequencies[word] = frequencies.GetValueOrDefault(word) + 1;
        }

        return [.. Enumerable.Range(0, copies).SelectMany(copy => passages.Select(passage => copy == 0 ? passage : passage with
        {
            Docid = string.Create(CultureInfo.InvariantCulture, $"{passage.Docid}~{copy}"),
            Title = Changed(passage.Title, copy),
            Text = Changed(passage.Text, copy),
        }))];

        string Changed(string text, int copy) => !changed ? text
            : Word().Replace(text, match => frequencies[match.Value] <= RareUpTo ? string.Create(CultureInfo.InvariantCulture, $"{match.Value}q{copy}") : match.Value);
    }

    [GeneratedRegex(@"[\p{L}\p{N}]+", RegexOptions.CultureInvariant)]
    private static partial Regex Word();
}
