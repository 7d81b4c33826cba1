using System.Text.RegularExpressions;

namespace R2Synth.Records.Documents;

/// <summary>Takes paragraphs and chapter headings out of plain text: empty lines part paragraphs, wrapped lines are joined.</summary>
internal static partial class PlainTextExtractor
{
    private const int MaxHeadingWords = 12;

    /// <summary>The document in a plain text.</summary>
    /// <param name="source">The text, lines ended by LF.</param>
    /// <param name="title">The title, where it is known from elsewhere; else empty.</param>
    public static Document Extract(string source, string title = "")
    {
        DocumentBuilder document = new() { Title = title };
        List<string[]> paragraphs = [.. Paragraphs(WithoutLicence(source))];
        for (int i = 0; i < paragraphs.Count; i++)
        {
            string[] lines = paragraphs[i];
            if (IsContents(lines))
                continue;
            if (IsChapter(lines))
            {
                bool titleFollows = lines.Length == 1 && BareChapter().IsMatch(lines[0]) && i + 1 < paragraphs.Count && IsTitleLine(paragraphs[i + 1]);
                document.AddHeading(1, string.Join(' ', titleFollows ? [.. lines, .. paragraphs[++i]] : lines));
            }
            else if (lines.Length == 2 && Underline().IsMatch(lines[1]))
            {
                document.AddHeading(lines[1][0] == '=' ? 1 : 2, lines[0]);
            }
            else if (!lines.All(l => Rule().IsMatch(l)))
            {
                AddParagraph(document, lines);
            }
        }

        return document.Build();
    }

    private static void AddParagraph(DocumentBuilder document, string[] lines)
    {
        if (!ListMarker().IsMatch(lines[0]))
        {
            document.AddBlock(BlockKind.Prose, WithoutEmphasis(string.Join('\n', lines)));
            return;
        }

        List<string> item = [];
        foreach (string line in lines)
        {
            if (ListMarker().IsMatch(line))
                Flush();
            item.Add(line);
        }

        Flush();

        void Flush()
        {
            document.AddBlock(BlockKind.ListItem, ListMarker().Replace(WithoutEmphasis(string.Join('\n', item)), "", 1));
            item.Clear();
        }
    }

    private static IEnumerable<string[]> Paragraphs(string source)
    {
        List<string> lines = [];
        foreach (string line in source.Split('\n', '\f').Append(""))
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                lines.Add(line.TrimEnd());
            }
            else if (lines.Count > 0)
            {
                yield return [.. lines];
                lines.Clear();
            }
        }
    }

    private static bool IsChapter(string[] lines) => lines.Length <= 3 && Chapter().IsMatch(lines[0]) && WordsOf(lines) <= MaxHeadingWords;

    private static bool IsContents(string[] lines) => lines.Length >= 3 && lines.All(l => Chapter().IsMatch(l));

    private static bool IsTitleLine(string[] lines) => lines.Length == 1 && WordsOf(lines) <= MaxHeadingWords && lines[0][^1] is not ('.' or ',' or ';' or ':' or '”' or '"');

    private static int WordsOf(string[] lines) => lines.Sum(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length);

    // Project Gutenberg puts its licence before and after the book.
    private static string WithoutLicence(string source)
    {
        Match start = LicenceStart().Match(source);
        Match end = LicenceEnd().Match(source);
        int from = start.Success ? start.Index + start.Length : 0;
        int to = end.Success && end.Index > from ? end.Index : source.Length;
        return source[from..to];
    }

    private static string WithoutEmphasis(string text) => Emphasis().Replace(text, "${words}");

    [GeneratedRegex(@"^\s*(?:CHAPTER|Chapter|BOOK|Book|PART|Part|ACT|SCENE|VOLUME|Volume|KAPITEL|Kapitel|CHAPITRE|Chapitre)\s+(?:[IVXLCDM]+|\d+|[A-Z][A-Za-z-]{2,11})(?:[.:]|\s*$|\s+[—–-])")]
    private static partial Regex Chapter();

    [GeneratedRegex(@"^\s*\S+\s+\S+\s*$")]
    private static partial Regex BareChapter();

    [GeneratedRegex(@"^(?:={3,}|-{3,})\s*$")]
    private static partial Regex Underline();

    [GeneratedRegex(@"^(?:[\s*_=~#-]+|\s*\[Illustration\]\s*)$")]
    private static partial Regex Rule();

    [GeneratedRegex(@"^\s*(?:[-*•+]|\d{1,3}[.)])\s+(?=\S)")]
    private static partial Regex ListMarker();

    // Project Gutenberg writes italics as _word_.
    [GeneratedRegex(@"(?<![\w_])_(?=[^\s_])(?<words>[^_]{1,400}?)(?<=\S)_(?![\w_])")]
    private static partial Regex Emphasis();

    [GeneratedRegex(@"^\*{3} ?START OF (?:THE|THIS) PROJECT GUTENBERG.*$", RegexOptions.Multiline)]
    private static partial Regex LicenceStart();

    [GeneratedRegex(@"^(?:\*{3} ?END OF (?:THE|THIS) PROJECT GUTENBERG|End of (?:the )?Project Gutenberg).*$", RegexOptions.Multiline)]
    private static partial Regex LicenceEnd();
}
