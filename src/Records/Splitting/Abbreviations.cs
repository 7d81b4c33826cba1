namespace R2Synth.Records.Splitting;

/// <summary>Words whose full stop need not end a sentence.</summary>
internal static class Abbreviations
{
    // A name, a number or an example follows, whatever its first letter.
    private static readonly HashSet<string> Leading = new(StringComparer.OrdinalIgnoreCase)
    {
        "adm", "ca", "capt", "cf", "col", "dept", "dr", "e.g", "eg", "ed", "eq", "esp", "ex", "fig", "figs", "gen", "gov", "hon", "i.e", "ie", "lt",
        "mme", "mr", "mrs", "ms", "messrs", "mt", "pp", "pres", "prof", "rep", "rev", "sen", "sgt", "st", "univ", "viz", "vs",
        "bzw", "ca", "z.b", "d.h", "u.a", "hr", "fr", "vgl",
    };

    // Only before a number.
    private static readonly HashSet<string> Numbering = new(StringComparer.OrdinalIgnoreCase)
    {
        "art", "ch", "chap", "no", "nos", "nr", "op", "p", "par", "sec", "vol", "vols",
        "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec",
    };

    // Words that hardly follow an initial or a dotted acronym unless they begin a sentence.
    private static readonly HashSet<string> Starters = new(StringComparer.Ordinal)
    {
        "A", "After", "All", "Also", "An", "And", "Any", "Are", "As", "At", "Because", "Before", "But", "By", "Can", "Do", "Does", "Each", "Every", "For",
        "From", "He", "Her", "Here", "His", "How", "However", "If", "In", "Is", "It", "Its", "It's", "Many", "Most", "My", "No", "Not", "Now", "On", "One", "Or",
        "Our", "She", "So", "Some", "Such", "That", "The", "Their", "Then", "There", "These", "They", "This", "Those", "Thus", "To", "Under", "Use", "We",
        "What", "When", "Where", "Which", "While", "Who", "Why", "With", "You", "Your",
    };

    /// <summary>Whether the sentence goes on after a word and its full stop.</summary>
    /// <param name="word">The word before the full stop, without opening brackets or quotes.</param>
    /// <param name="isFirst">Whether the word begins the sentence.</param>
    /// <param name="next">The word that follows; it does not begin with a small letter.</param>
    public static bool Continues(ReadOnlySpan<char> word, bool isFirst, ReadOnlySpan<char> next)
    {
        if (Contains(Leading, word))
            return true;
        if (Contains(Numbering, word))
            return next.Length > 0 && char.IsDigit(next[0]);
        if (isFirst && IsListNumber(word))
            return true;
        if (IsInitial(word) || IsDottedAcronym(word))
            return next.Length > 0 && !Contains(Starters, next);
        return false;
    }

    private static bool Contains(HashSet<string> words, ReadOnlySpan<char> word) => words.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);

    private static bool IsListNumber(ReadOnlySpan<char> word) => word.Length is 1 or 2 && !word.ContainsAnyExceptInRange('0', '9');

    private static bool IsInitial(ReadOnlySpan<char> word) => word.Length == 1 && char.IsUpper(word[0]);

    // U.S, Ph.D, D.C: letters with a full stop after every one or two.
    private static bool IsDottedAcronym(ReadOnlySpan<char> word)
    {
        if (word.Length < 3 || !char.IsUpper(word[0]) || !word.Contains('.'))
            return false;
        int run = 0;
        foreach (char c in word)
        {
            run = c == '.' ? 0 : run + 1;
            if (run > 2 || (c != '.' && !char.IsLetter(c)))
                return false;
        }

        return true;
    }
}
