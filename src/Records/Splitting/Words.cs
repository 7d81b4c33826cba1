using System.Text;

namespace R2Synth.Records.Splitting;

/// <summary>
/// Words as the limits count them: runs between white space. Where a script has none, a Chinese character or a Japanese kana is a word,
/// and <see cref="LettersPerUnspacedWord"/> letters of Thai, Lao, Khmer or Burmese are one.
/// </summary>
internal static class Words
{
    // A Thai word has 4 to 5 letters on average; only the size of passages hangs on it.
    private const int LettersPerUnspacedWord = 5;

    private enum Script
    {
        Spaced,
        Ideographic,
        Unspaced,
    }

    /// <summary>The number of words.</summary>
    public static int Count(ReadOnlySpan<char> text) => Scan(text, null);

    /// <summary>The words' places, counted from the start of <paramref name="text"/>.</summary>
    public static List<(int Start, int End)> Spans(ReadOnlySpan<char> text)
    {
        List<(int Start, int End)> spans = [];
        Scan(text, spans);
        return spans;
    }

    private static int Scan(ReadOnlySpan<char> text, List<(int Start, int End)>? spans)
    {
        int count = 0, start = -1, letters = 0, i = 0;
        Script script = Script.Spaced;
        while (i < text.Length)
        {
            // A word ends with its sentence, so that the words of sentences add up to the words of their text.
            if (Punctuation.EndsSentence(text[i]))
            {
                i = AfterStop(text, i, out bool fullWidth, ref start);
                if (fullWidth)
                    Close(i);
                continue;
            }

            Rune.DecodeFromUtf16(text[i..], out Rune rune, out int length);
            if (Rune.IsWhiteSpace(rune))
            {
                Close(i);
            }
            else
            {
                bool letter = Rune.IsLetterOrDigit(rune);
                Script own = letter ? ScriptOf(rune.Value) : Script.Spaced;
                if (start >= 0 && letter && letters > 0 && Begins(own))
                    Close(i);
                if (start < 0)
                    start = i;
                if (letter)
                {
                    letters++;
                    script = own;
                }
            }

            i += length;
        }

        Close(text.Length);
        return count;

        bool Begins(Script own) => own switch
        {
            Script.Ideographic => true,
            Script.Unspaced => script != Script.Unspaced || letters >= LettersPerUnspacedWord,
            _ => script != Script.Spaced,
        };

        void Close(int end)
        {
            if (start >= 0)
            {
                count++;
                spans?.Add((start, end));
            }

            (start, letters, script) = (-1, 0, Script.Spaced);
        }
    }

    private static int AfterStop(ReadOnlySpan<char> text, int i, out bool fullWidth, ref int start)
    {
        if (start < 0)
            start = i;
        fullWidth = false;
        while (i < text.Length && Punctuation.EndsSentence(text[i]))
            fullWidth |= Punctuation.IsFullWidthStop(text[i++]);
        while (i < text.Length && Punctuation.Closes(text[i]))
            i++;
        return i;
    }

    private static Script ScriptOf(int c) => c switch
    {
        < 0x0E00 => Script.Spaced,
        <= 0x0EFF or (>= 0x1000 and <= 0x109F) or (>= 0x1780 and <= 0x17FF) => Script.Unspaced,
        (>= 0x3040 and <= 0x30FF) or (>= 0x31F0 and <= 0x31FF) or (>= 0x3400 and <= 0x4DBF) or (>= 0x4E00 and <= 0x9FFF)
            or (>= 0xF900 and <= 0xFAFF) or (>= 0xFF66 and <= 0xFF9D) or (>= 0x20000 and <= 0x323AF) or 0x3005 or 0x3007 => Script.Ideographic,
        _ => Script.Spaced,
    };
}
