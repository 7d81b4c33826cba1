using System.IO.Hashing;
using System.Runtime.InteropServices;
using R2Synth.Records;

namespace R2Synth.Miners.Selection;

/// <summary>A text by its style: length, words, marks, and the three-letter runs that it is made of. The query is never looked at.</summary>
internal static class StyleFeatures
{
    /// <summary>Features: hashed runs, then the measures.</summary>
    public const int Count = Runs + Measures;

    private const int Runs = 4096;
    private const int Measures = 6;

    /// <summary>Index and value of each feature that is not 0.</summary>
    public static (int Index, double Value)[] Of(string text)
    {
        string line = TextLine.Of(text);
        Dictionary<int, double> counts = [];
        ReadOnlySpan<char> letters = $" {line} ";
        for (int i = 0; i + 3 <= letters.Length; i++)
        {
            int run = (int)(XxHash3.HashToUInt64(MemoryMarshal.AsBytes(letters.Slice(i, 3))) % Runs);
            counts[run] = counts.GetValueOrDefault(run) + 1;
        }

        double norm = Math.Sqrt(counts.Values.Sum(c => c * c));
        int words = line.Length == 0 ? 0 : line.Count(c => c == ' ') + 1;
        double Share(Func<char, bool> kind) => line.Length == 0 ? 0 : (double)line.Count(kind) / line.Length;
        return
        [
            .. counts.OrderBy(c => c.Key).Select(c => (c.Key, c.Value / norm)),
            (Runs, 1),
            (Runs + 1, Math.Log(1 + words) / 5),
            (Runs + 2, words == 0 ? 0 : line.Length / (10.0 * words)),
            (Runs + 3, 5 * Share(char.IsPunctuation)),
            (Runs + 4, 5 * Share(char.IsDigit)),
            (Runs + 5, 5 * Share(char.IsUpper)),
        ];
    }
}
