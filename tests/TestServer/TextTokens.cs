namespace R2Synth.Testing;

/// <summary>The server's tokens: a word with its leading blank, a run of punctuation with its leading blank, or one other white-space character. Joined they give the text back.</summary>
internal static class TextTokens
{
    private const byte Space = 0, Word = 1, Mark = 2;

    private static readonly byte[] Kinds = AllKinds();

    /// <summary>How many tokens a text has.</summary>
    public static int Count(ReadOnlySpan<char> text)
    {
        int count = 0;
        for (int start = 0; start < text.Length; start = End(text, start)) count++;
        return count;
    }

    /// <summary>The tokens of a text.</summary>
    public static List<string> Of(string text)
    {
        List<string> tokens = [];
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = End(text, start);
            tokens.Add(text[start..end]);
        }

        return tokens;
    }

    /// <summary>The longest beginning of a text that has at most so many tokens.</summary>
    public static string Take(string text, int tokens)
    {
        int end = 0;
        for (; tokens > 0 && end < text.Length; tokens--) end = End(text, end);
        return text[..end];
    }

    private static int End(ReadOnlySpan<char> text, int start)
    {
        int at = start;
        if (text[at] == ' ' && at + 1 < text.Length && Kinds[text[at + 1]] != Space) at++;
        byte kind = Kinds[text[at]];
        do at++;
        while (kind != Space && at < text.Length && Kinds[text[at]] == kind);
        return at;
    }

    // The halves of a pair stay together.
    private static byte KindOf(char letter) => char.IsWhiteSpace(letter) ? Space : char.IsLetterOrDigit(letter) || char.IsSurrogate(letter) ? Word : Mark;

    private static byte[] AllKinds()
    {
        byte[] kinds = new byte[char.MaxValue + 1];
        for (int letter = 0; letter < kinds.Length; letter++) kinds[letter] = KindOf((char)letter);
        return kinds;
    }
}
