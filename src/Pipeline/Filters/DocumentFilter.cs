namespace R2Synth.Pipeline.Filters;

/// <summary>Refuses written documents that are no text: too short, looping, or strings of joined words. Pure.</summary>
/// <remarks>Small models loop; the measure is the share of repeated word 3-grams, as in Gopher's repetition filter (Rae et al. 2021, arXiv 2112.11446, table A1).</remarks>
internal static class DocumentFilter
{
    /// <summary>Fewest words of a document.</summary>
    public const int FewestWords = 20;

    /// <summary>Longest word in characters.</summary>
    public const int LongestWord = 40;

    /// <summary>Largest share of word 3-grams that stand in the text before; Gopher allows 0.18 for its longest sort of loops.</summary>
    public const double MostRepeated = 0.2;

    /// <summary>Checks a document.</summary>
    /// <returns>The reason in kebab case, or null where it may stay.</returns>
    public static string? Check(string document)
    {
        IReadOnlyList<string> words = Words.Of(document);
        if (words.Count < FewestWords) return "document-too-short";
        if (words.Any(word => word.Length > LongestWord)) return "document-not-words";
        HashSet<(string, string, string)> seen = [];
        int repeated = 0;
        for (int i = 0; i + 3 <= words.Count; i++)
        {
            if (!seen.Add((words[i], words[i + 1], words[i + 2]))) repeated++;
        }

        return repeated > MostRepeated * (words.Count - 2) ? "document-repetitive" : null;
    }
}
