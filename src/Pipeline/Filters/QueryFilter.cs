using System.Text.RegularExpressions;

namespace R2Synth.Pipeline.Filters;

/// <summary>Refuses queries that no person would type to find a passage. Pure.</summary>
/// <remarks>
/// The checks of InPars (length, copied from the passage; arXiv 2202.05144) and the layout and deixis words of PixelRAG's first filter (arXiv 2606.28344).
/// Whether a query is grounded in its passage is the judge's to say.
/// </remarks>
internal static partial class QueryFilter
{
    /// <summary>Fewest and most words of a query.</summary>
    public const int FewestWords = 2, MostWords = 60;

    /// <summary>Words in a row from which a query that stands in its passage counts as copied.</summary>
    public const int CopiedWords = 6;

    /// <summary>Checks a query against the passage that is to answer it.</summary>
    /// <param name="query">On one line.</param>
    /// <param name="passage">The passage's text.</param>
    /// <returns>The reason in kebab case, or null where the query may stay.</returns>
    public static string? Check(string query, string passage)
    {
        string[] words = Words(query);
        if (words.Length < FewestWords) return "too-short";
        if (words.Length > MostWords) return "too-long";
        if (query.Count(char.IsLetter) < query.Length / 2) return "not-words";
        if (Pointing().IsMatch(query)) return "not-self-contained";
        if (Repeats(words)) return "repetitive";
        return words.Length >= CopiedWords && Joined(Words(passage)).Contains(Joined(words), StringComparison.Ordinal) ? "copied" : null;
    }

    /// <summary>Share of the query's words that stand in the passage, in [0, 1].</summary>
    public static double Overlap(string query, string passage)
    {
        HashSet<string> known = new(Words(passage), StringComparer.Ordinal);
        string[] words = Words(query);
        return words.Length == 0 ? 0 : (double)words.Count(known.Contains) / words.Length;
    }

    /// <summary>Number of words in a text.</summary>
    public static int CountWords(string text) => Words(text).Length;

    private static string[] Words(string text) => [.. WordPattern().Matches(text.ToLowerInvariant()).Select(match => match.Value)];

    private static string Joined(string[] words) => $" {string.Join(' ', words)} ";

    // Small models loop: the same three words twice.
    private static bool Repeats(string[] words)
    {
        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int i = 0; i + 3 <= words.Length; i++)
        {
            if (!seen.Add(string.Join(' ', words[i..(i + 3)]))) return true;
        }

        return false;
    }

    [GeneratedRegex(@"[\p{L}\p{N}][\p{L}\p{N}'’_.-]*(?<![.'’-])", RegexOptions.CultureInvariant)]
    private static partial Regex WordPattern();

    [GeneratedRegex(
        @"\b(this|the|that|above|following|given) (passage|text|article|paragraph|document|excerpt|author|writer|sentence|section|page|title)\b|\baccording to (it|this)\b|\b(shown|listed|mentioned|described) (above|below|here)\b|^(passage|search query|subject|title|answer|question)\b\s*:",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Pointing();
}
