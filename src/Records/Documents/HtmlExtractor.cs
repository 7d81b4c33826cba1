using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;

namespace R2Synth.Records.Documents;

/// <summary>Takes the text out of HTML: navigation, scripts and forms go, headings become sections, rows and lines stay rows and lines.</summary>
internal sealed partial class HtmlExtractor
{
    private readonly DocumentBuilder _document = new();
    private readonly StringBuilder _inline = new();
    private BlockKind _kind = BlockKind.Prose;

    // A bold paragraph above this is an emphasis, not a heading.
    private const int MaxHeadingWords = 30;

    private HtmlExtractor()
    {
    }

    /// <summary>The document in a page.</summary>
    /// <param name="source">The page; damaged markup is mended as a browser would.</param>
    /// <param name="title">A title that goes before the page's own; empty for none.</param>
    /// <exception cref="InsufficientExecutionStackException">Elements are nested tens of thousands deep.</exception>
    public static Document Extract(string source, string title = "")
    {
        using IHtmlDocument page = new HtmlParser().ParseDocument(source);
        HtmlExtractor extractor = new();
        extractor._document.Title = title.Length > 0 ? title : page.Title ?? "";
        if (page.Body is not null)
            extractor.WalkChildren(page.Body);
        extractor.Flush();
        return extractor._document.Build();
    }

    private void WalkChildren(INode parent)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        foreach (INode child in parent.ChildNodes)
        {
            if (child is IText text)
                _inline.Append(text.Data);
            else if (child is IElement element && !PageFurniture.IsFurniture(element))
                Walk(element);
        }
    }

    private void Walk(IElement element)
    {
        switch (element.LocalName)
        {
            case "br":
                _inline.Append(' ');
                break;
            case "h1" or "h2" or "h3" or "h4" or "h5" or "h6":
                Flush();
                _document.AddHeading(element.LocalName[1] - '0', SectionNumber().Replace(TextOf(element).TrimStart(), ""));
                break;
            case "header":
                Flush();
                foreach (IElement heading in element.QuerySelectorAll("h1,h2,h3"))
                    Walk(heading);
                break;
            case "pre":
                Flush();
                AddLines(TextOf(element));
                break;
            case "table" when !IsLayout(element):
                Flush();
                AddRows(element);
                break;
            case "p" when _kind == BlockKind.ListItem && IsBoldHeading(element):
                WalkBlock(element, _kind, leads: true);
                break;
            case "p" when _kind == BlockKind.Prose && IsBoldHeading(element):
                Flush();
                _document.AddHeading(7, SectionNumber().Replace(TextOf(element).TrimStart(), ""));
                break;
            case "li":
                WalkBlock(element, BlockKind.ListItem);
                break;
            case "ul" or "ol" when _kind == BlockKind.ListItem:
                Flush(leads: true);
                WalkBlock(element, _kind);
                break;
            case "dt":
                WalkBlock(element, _kind, leads: true);
                break;
            case "b" or "strong" when element.ParentElement is { LocalName: "li" } && element.NextElementSibling is { LocalName: "p" or "ul" or "ol" or "div" }
                && string.IsNullOrWhiteSpace(element.NextSibling?.TextContent):
                WalkBlock(element, _kind, leads: true);
                break;
            case string name when BlockElements.Contains(name):
                WalkBlock(element, _kind);
                break;
            default:
                WalkChildren(element);
                break;
        }
    }

    private void WalkBlock(IElement element, BlockKind kind, bool leads = false)
    {
        Flush();
        (BlockKind outer, _kind) = (_kind, kind);
        WalkChildren(element);
        Flush(leads);
        _kind = outer;
    }

    private void Flush(bool leads = false)
    {
        string text = _inline.ToString();
        _inline.Clear();
        if (!PageFurniture.IsDateLine(text))
            _document.AddBlock(_kind, text, leads);
    }

    private void AddLines(string text)
    {
        List<string> lines = [.. text.ReplaceLineEndings("\n").Split('\n').Where(l => !string.IsNullOrWhiteSpace(l)).Select(l => l.Replace("\t", "    ", StringComparison.Ordinal))];
        int margin = lines.Count == 0 ? 0 : lines.Min(l => l.Length - l.TrimStart().Length);
        foreach (string line in lines)
            _document.AddBlock(BlockKind.Line, line[margin..]);
    }

    private void AddRows(IElement table)
    {
        foreach (IElement caption in table.QuerySelectorAll("caption"))
            _document.AddBlock(BlockKind.Prose, TextOf(caption));
        bool isFirst = true;
        foreach (IElement row in table.QuerySelectorAll("tr"))
        {
            IEnumerable<string> cells = row.Children.Where(c => c.LocalName is "td" or "th").Select(c => Whitespace.Collapse(TextOf(c)));
            _document.AddBlock(BlockKind.Line, string.Join(" | ", cells.Where(c => c.Length > 0)), leads: isFirst);
            isFirst = false;
        }
    }

    // Old pages set headings as bold paragraphs; a bold sentence stays text.
    private static bool IsBoldHeading(IElement paragraph)
    {
        string text = Whitespace.Collapse(TextOf(paragraph));
        string bold = Whitespace.Collapse(string.Concat(paragraph.Children.Where(c => c.LocalName is "b" or "strong").Select(TextOf)));
        return text.Length > 0 && text == bold && text[^1] is not ('.' or ',' or ';' or ':') && text.Count(c => c == ' ') < MaxHeadingWords;
    }

    // A table that holds paragraphs, lists or tables arranges a page; its cells are read one after the other.
    private static bool IsLayout(IElement table) =>
        table.QuerySelector("table, pre, ul, ol, blockquote, h1, h2, h3, h4, td > p + p, td > div") is not null;

    private static string TextOf(INode node)
    {
        StringBuilder text = new();
        Append(node);
        return text.ToString();

        void Append(INode parent)
        {
            RuntimeHelpers.EnsureSufficientExecutionStack();
            foreach (INode child in parent.ChildNodes)
            {
                if (child is IText data)
                    text.Append(data.Data);
                else if (child is IElement { LocalName: "br" })
                    text.Append('\n');
                else if (child is IElement element && !PageFurniture.IsFurniture(element))
                    Append(element);
            }
        }
    }

    private static readonly HashSet<string> BlockElements =
    [
        "address", "article", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "div", "dl", "dt", "fieldset", "figcaption",
        "figure", "hgroup", "hr", "label", "legend", "main", "ol", "p", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
    ];

    [GeneratedRegex(@"^(?:\d+(?:\.\d+)*\.|\(\d+\))\s+")]
    private static partial Regex SectionNumber();
}
