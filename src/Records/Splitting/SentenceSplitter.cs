namespace R2Synth.Records.Splitting;

/// <summary>
/// Finds the ends of sentences by rules: a full stop, an exclamation or question mark (of any script), closing quotes and brackets
/// after it, then white space and something that can begin a sentence. Abbreviations, initials, decimals and list numbers do not end one.
/// </summary>
internal static class SentenceSplitter
{
    /// <summary>The sentences of a paragraph.</summary>
    /// <param name="text">The text that holds the paragraph.</param>
    /// <param name="start">Where the paragraph begins.</param>
    /// <param name="end">Where it ends, exclusive.</param>
    /// <returns>Spans in order, without white space at their ends; together they hold every other character.</returns>
    public static List<(int Start, int End)> Split(string text, int start, int end)
    {
        List<(int Start, int End)> sentences = [];
        int from = SkipBlank(text, start, end), i = from;
        while (i < end)
        {
            if (!Punctuation.EndsSentence(text[i]))
            {
                i++;
                continue;
            }

            int mark = i;
            bool fullWidth = false;
            while (i < end && Punctuation.EndsSentence(text[i]))
                fullWidth |= Punctuation.IsFullWidthStop(text[i++]);
            int afterMarks = i;
            while (i < end && Punctuation.Closes(text[i]))
                i++;
            int next = SkipBlank(text, i, end);
            if (next < end && !(fullWidth ? !IsQuoted(text, afterMarks, i, next) : next > i && EndsSentence(text, from, mark, afterMarks, next, end)))
                continue;

            sentences.Add((from, i));
            from = i = next;
        }

        int last = end;
        while (last > from && char.IsWhiteSpace(text[last - 1]))
            last--;
        if (last > from)
            sentences.Add((from, last));
        return sentences;
    }

    // 「そうだ。」と言った: a quotation inside a Japanese sentence.
    private static bool IsQuoted(string text, int afterMarks, int afterClosers, int next) =>
        afterClosers > afterMarks && text[next] is 'と' or 'っ' or '、' or '，' or 'の' or 'が' or 'を' or 'は';

    private static bool EndsSentence(string text, int from, int mark, int afterMarks, int next, int end)
    {
        int word = next;
        while (word < end && Punctuation.Opens(text[word]))
            word++;
        if (word == end)
            return true;
        if (char.IsLower(text[word]) || text[word] is ',' or ';' or ':')
            return false;
        if (text[mark] != '.' || afterMarks > mark + 1)
            return true;

        int before = mark;
        while (before > from && !char.IsWhiteSpace(text[before - 1]))
            before--;
        while (before < mark && Punctuation.Opens(text[before]))
            before++;
        return !Abbreviations.Continues(text.AsSpan(before, mark - before), isFirst: before <= from + 1, WordAt(text, word, end));
    }

    private static ReadOnlySpan<char> WordAt(string text, int start, int end)
    {
        int i = start;
        while (i < end && (char.IsLetterOrDigit(text[i]) || text[i] is '\'' or '’'))
            i++;
        return text.AsSpan(start, i - start);
    }

    private static int SkipBlank(string text, int i, int end)
    {
        while (i < end && char.IsWhiteSpace(text[i]))
            i++;
        return i;
    }
}
