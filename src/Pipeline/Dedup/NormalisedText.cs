using System.Text;

namespace R2Synth.Pipeline.Dedup;

/// <summary>Text as dedup compares it: lower case, one blank between words, without the marks at the edges of words that carry no meaning.</summary>
internal static class NormalisedText
{
    // Not '#', '+', '$', '%', '/', '-', '@' and the like: C#, C++, 5% and - mean something. A leading full stop stays too: .NET.
    private const string Opening = "\"'`([{<¿¡«»“”„‘’‚「『（【";
    private const string Closing = ".,;:!?…\"'`)]}>«»“”‘’」』）】。，、；：！？؟،";

    /// <summary>Normalises; equal results mean the same text for all that dedup cares.</summary>
    public static string Of(string text)
    {
        StringBuilder normalised = new(text.Length);
        for (int start = 0; start < text.Length;)
        {
            if (char.IsWhiteSpace(text[start]))
            {
                start++;
                continue;
            }

            int end = start;
            while (end < text.Length && !char.IsWhiteSpace(text[end]))
            {
                end++;
            }

            Append(normalised, text.AsSpan(start, end - start).TrimStart(Opening).TrimEnd(Closing));
            start = end;
        }

        return normalised.ToString();
    }

    private static void Append(StringBuilder normalised, ReadOnlySpan<char> word)
    {
        if (word.IsEmpty)
        {
            return;
        }

        if (normalised.Length > 0)
        {
            normalised.Append(' ');
        }

        foreach (char letter in word)
        {
            normalised.Append(char.ToLowerInvariant(letter));
        }
    }
}
