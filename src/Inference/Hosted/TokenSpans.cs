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

    /// <summary>Lays tokens over a text.</summary>
    /// <param name="text">The text.</param>
    /// <param name="tokens">The tokens' texts, in order. They may go on where the text ends.</param>
    /// <returns>
    /// Begin and end of each token in the text, as far as the text goes; null where they do not fit. A token that marks the beginning of text has no width; the parts of a letter that is
    /// cut in two all cover the letters that they make up together.
    /// </returns>
    public static IReadOnlyList<(int Begin, int End)>? Of(string text, IReadOnlyList<string> tokens)
    {
        List<(int Begin, int End)> spans = [];
        int at = 0, broken = 0; // tokens since 'at' whose letters are not known
        foreach (string token in tokens)
        {
            if (at == text.Length && broken == 0) break;
            if (IsBroken(token))
            {
                // "bytes:" is OpenAI's own word for such a part. What stands before it in the token is known.
                string known = token.StartsWith("bytes:", StringComparison.Ordinal) ? "" : token[..Math.Max(0, token.IndexOf(Replacement))];
                if (broken == 0 && known.Length > 0 && Begins(text, at, known) is int whole)
                {
                    spans.Add((at, Math.Min(text.Length, whole + 1)));
                    at = whole;
                    broken = 1;
                    continue;
                }

                spans.Add((at, at));
                broken++;
                continue;
            }

            int? end = broken == 0 ? Begins(text, at, token) : null;
            if (broken > 0 && After(text, at, token) is (int next, int nextEnd))
            {
                Close(spans, broken, next);
                (at, broken, end) = (next, 0, nextEnd);
            }

            if (end is { } reached)
            {
                spans.Add((at, reached));
                at = reached;
            }
            else if (at == 0 && broken == 0)
            {
                spans.Add((0, 0)); // a mark before the text
            }
            else if (broken > 0)
            {
                break; // what the model wrote, after a text that ends in broken letters
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

    private static bool IsBroken(string token) => token.Length == 0 || token.Contains(Replacement) || token.StartsWith("bytes:\\x", StringComparison.Ordinal);

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
