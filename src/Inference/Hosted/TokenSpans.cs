namespace R2Synth.Inference.Hosted;

/// <summary>Lays a server's tokens over the text that they were made of.</summary>
/// <remarks>
/// By the tokens' texts alone. Servers also give <c>text_offset</c>, but vLLM sums up the lengths of the tokens' texts, counts a beginning-of-text token in and counts code points, so
/// that the numbers are not places in the text.
/// </remarks>
internal static class TokenSpans
{
    /// <summary>What stands for the bytes of a letter that is cut in two.</summary>
    private const char Replacement = '\uFFFD';

    /// <summary>Longest first token that nothing but its place tells.</summary>
    private const int LongestUnknown = 256;

    /// <summary>Lays tokens over a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tokens">The tokens' texts, in order; null for a first one that the server does not name. They may go on where the text ends.</param>
    /// <returns>
    /// Begin and end of each token in the text, as far as the text goes; null where they do not fit. A token that marks the beginning of text has no width; the parts of a letter that is
    /// cut in two all cover the letters that they make up together.
    /// </returns>
    public static IReadOnlyList<(int Begin, int End)>? Of(string text, IReadOnlyList<string?> tokens)
    {
        if (tokens is not [null, ..]) return Lay(text, [], 0, tokens);
        for (int end = 0; end <= Math.Min(text.Length, LongestUnknown); end++)
        {
            if (Lay(text, [(0, end)], end, tokens) is { } spans) return spans;
        }

        return null;
    }

    // The first spans are given; the tokens behind them are laid from a place on.
    private static List<(int Begin, int End)>? Lay(string text, List<(int Begin, int End)> spans, int from, IReadOnlyList<string?> tokens)
    {
        int at = from, broken = 0; // tokens since 'at' whose letters are not known
        bool mayBeMark = spans.Count == 0;
        foreach (string? named in tokens.Skip(spans.Count))
        {
            if (at == text.Length && broken == 0) break;
            string token = named ?? "";
            if (BrokenAfter(token) is { } known)
            {
                // What stands before and behind the broken letters in the token is known.
                string behind = token[(token.LastIndexOf(Replacement) + 1)..];
                if (token.Contains(Replacement) && behind.Length > 0 && After(text, at, behind) is { } rest)
                {
                    Close(spans, broken, rest.Begin);
                    spans.Add((at, rest.End));
                    (at, broken) = (rest.End, 0);
                    continue;
                }

                (int Begin, int End)? before = known.Length == 0 ? null : Place(text, at, broken, known);
                if (before is { } ahead)
                {
                    Close(spans, broken, ahead.Begin);
                    broken = 0;
                }

                spans.Add((before?.Begin ?? at, at));
                at = before?.End ?? at;
                broken++;
                continue;
            }

            if (Place(text, at, broken, token) is { } found)
            {
                Close(spans, broken, found.Begin);
                spans.Add(found);
                (at, broken) = (found.End, 0);
            }
            else if (broken > 0)
            {
                break; // what the model wrote, behind a text that ends in a broken letter
            }
            else if (mayBeMark && at == 0)
            {
                spans.Add((0, 0));
            }
            else
            {
                return null;
            }
        }

        if (broken > 0)
        {
            if (!IsForeign(text.AsSpan(at))) return null;
            Close(spans, broken, text.Length);
            at = text.Length;
        }

        return at == text.Length ? spans : null;
    }

    // What is known of a token that holds a part of a letter; null for a whole one. OpenAI writes "bytes:" and then what the token is, with such bytes as \xNN.
    private static string? BrokenAfter(string token)
    {
        const string Bytes = "bytes:";
        if (token.Length == 0) return "";
        if (token.StartsWith(Bytes, StringComparison.Ordinal) && token.IndexOf("\\x", StringComparison.Ordinal) is > 0 and int escape) return token[Bytes.Length..escape];
        int broken = token.IndexOf(Replacement);
        return broken < 0 ? null : token[..broken];
    }

    private static (int Begin, int End)? Place(string text, int at, int broken, string token) =>
        broken > 0 ? After(text, at, token) : Begins(text, at, token) is int end ? (at, end) : null;

    // Where a token ends that stands at a place: as it is, or without the blank that some tokenizers take off or put on.
    private static int? Begins(string text, int at, string token)
    {
        ReadOnlySpan<char> rest = text.AsSpan(at);
        if (rest.StartsWith(token, StringComparison.Ordinal)) return at + token.Length;
        if (rest is [' ', ..] && rest[1..].StartsWith(token, StringComparison.Ordinal)) return at + 1 + token.Length;
        return at == 0 && token is [' ', _, ..] && rest.StartsWith(token.AsSpan(1), StringComparison.Ordinal) ? token.Length - 1 : null;
    }

    // Where a whole token goes on behind broken ones, which cover one letter beyond ASCII at least, and no others.
    private static (int Begin, int End)? After(string text, int at, string token)
    {
        for (int place = at + 1; place < text.Length && IsForeign(text.AsSpan(at, place - at)); place++)
        {
            if (text.AsSpan(place).StartsWith(token, StringComparison.Ordinal)) return (place, place + token.Length);
        }

        return null;
    }

    private static bool IsForeign(ReadOnlySpan<char> letters)
    {
        foreach (char letter in letters)
        {
            if (letter <= '\x7F') return false;
        }

        return true;
    }

    private static void Close(List<(int Begin, int End)> spans, int broken, int end)
    {
        for (int i = spans.Count - broken; i < spans.Count; i++) spans[i] = (spans[i].Begin, end);
    }
}
