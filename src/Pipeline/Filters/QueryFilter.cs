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

    // A word of a title that is shorter ("the", "of") names nobody.
    private const int NameLetters = 4;

    /// <summary>Checks a query against the passage that is to answer it.</summary>
    /// <param name="query">On one line.</param>
    /// <param name="passage">The passage's text.</param>
    /// <param name="title">The passage's title, empty where there is none. A query that takes all its words from it is no more than what everybody has for nothing.</param>
    /// <returns>The reason in kebab case, or null where the query may stay.</returns>
    public static string? Check(string query, string passage, string title = "")
    {
        IReadOnlyList<string> words = Words.Of(query);
        if (words.Count < FewestWords || Words.Of(Link().Replace(query, " ")).Count == 0) return "too-short";
        if (words.Count > MostWords) return "too-long";
        if (query.Count(char.IsLetter) < query.Length / 2) return "not-words";
        if (Pointing().IsMatch(query)) return "not-self-contained";
        if (Repeats(words)) return "repetitive";
        if (title.Length > 0)
        {
            IReadOnlyList<string> titleWords = Words.Of(title);
            if (Words.Containment(words, titleWords) == 1) return "copied-title";
            if (Somebody().IsMatch(query) && !words.Any(word => word.Length >= NameLetters && titleWords.Contains(word, StringComparer.Ordinal))) return "not-self-contained";
        }

        return words.Count >= CopiedWords && Joined(Words.Of(passage)).Contains(Joined(words), StringComparison.Ordinal) ? "copied" : null;
    }

    private static string Joined(IReadOnlyList<string> words) => $" {string.Join(' ', words)} ";

    // Small models loop: the same three words twice.
    private static bool Repeats(IReadOnlyList<string> words)
    {
        HashSet<(string, string, string)> seen = [];
        for (int i = 0; i + 3 <= words.Count; i++)
        {
            if (!seen.Add((words[i], words[i + 1], words[i + 2]))) return true;
        }

        return false;
    }

    [GeneratedRegex(
        @"\b(this|the|that|above|following|given) (passage|text|article|paragraph|document|excerpt|author|writer|sentence|section|page|title)\b|\baccording to (it|this)\b|\b(shown|listed|mentioned|described) (above|below|here)\b|^(passage|search query|subject|title|answer|question)\b\s*:",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Pointing();

    // "how many years did he play": of whom, only the passage says. "Her" is left out, a word of German as well.
    [GeneratedRegex(@"\b(he|she|him|his)\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Somebody();

    [GeneratedRegex(@"\b(https?://|www\.)\S*", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Link();
}
