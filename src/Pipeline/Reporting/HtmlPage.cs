using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace R2Synth.Pipeline.Reporting;

/// <summary>Writes a page. Everything that comes in as text is data and is encoded; markup comes from the methods' own names only.</summary>
internal sealed class HtmlPage
{
    // Letters of all scripts stay readable; what could be markup does not pass.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    private readonly StringBuilder _html = new();

    /// <summary>Opens an element.</summary>
    /// <param name="tag">A constant of the code, with its class after a dot: <c>div.bar</c>.</param>
    public HtmlPage Open(string tag)
    {
        string[] parts = tag.Split('.');
        _html.Append('<').Append(parts[0]);
        if (parts.Length > 1)
        {
            _html.Append(" class=\"").AppendJoin(' ', parts.Skip(1)).Append('"');
        }

        _html.Append('>');
        return this;
    }

    /// <summary>Closes an element.</summary>
    public HtmlPage Close(string tag)
    {
        _html.Append("</").Append(tag.Split('.')[0]).Append(">\n");
        return this;
    }

    /// <summary>Text.</summary>
    public HtmlPage Text(string text)
    {
        _html.Append(Encoder.Encode(text));
        return this;
    }

    /// <summary>An element that holds text alone.</summary>
    public HtmlPage Element(string tag, string text) => Open(tag).Text(text).Close(tag);

    /// <summary>A table; columns whose head begins with <c>#</c> hold numbers.</summary>
    public HtmlPage Table(IReadOnlyList<string> head, IEnumerable<string[]> rows)
    {
        string[][] all = [.. rows];
        if (all.Length == 0)
        {
            return this;
        }

        bool[] numbers = [.. head.Select(cell => cell.StartsWith('#'))];
        Open("div.scroll").Open("table").Open("thead").Open("tr");
        for (int i = 0; i < head.Count; i++)
        {
            Element(numbers[i] ? "th.number" : "th", head[i].TrimStart('#'));
        }

        Close("tr").Close("thead").Open("tbody");
        foreach (string[] row in all)
        {
            Open("tr");
            for (int i = 0; i < row.Length; i++)
            {
                Element(numbers[i] ? "td.number" : "td", row[i]);
            }

            Close("tr");
        }

        return Close("tbody").Close("table").Close("div");
    }

    /// <summary>Constants of the code as they stand.</summary>
    public HtmlPage Constant(string markup)
    {
        _html.Append(markup);
        return this;
    }

    /// <summary>The page.</summary>
    public override string ToString() => _html.ToString();
}
