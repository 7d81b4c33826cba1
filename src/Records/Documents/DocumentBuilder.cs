using System.Text;

namespace R2Synth.Records.Documents;

/// <summary>Puts a document together from headings and blocks in reading order.</summary>
internal sealed class DocumentBuilder
{
    private readonly record struct Part(int Level, BlockKind Kind, string Text, bool Leads = false);

    private readonly List<Part> _parts = [];

    /// <summary>The title from front matter or the head of a page; empty means that the first heading may serve.</summary>
    public string Title { get; set; } = "";

    /// <summary>Opens a section.</summary>
    /// <param name="level">1 (outermost) to 7 (a paragraph that serves as a heading).</param>
    /// <param name="text">The heading; blank is ignored.</param>
    public void AddHeading(int level, string text)
    {
        text = Whitespace.Collapse(text).TrimEnd(':');
        if (text.Length > 0)
            _parts.Add(new Part(level, default, text));
    }

    /// <summary>Adds text to the open section; blank is ignored. Prose and list items have their white space collapsed, lines keep it.</summary>
    /// <param name="kind">What it is.</param>
    /// <param name="text">The text.</param>
    /// <param name="leads">Whether it introduces what follows; a text that ends in a colon does in any case.</param>
    public void AddBlock(BlockKind kind, string text, bool leads = false)
    {
        text = kind == BlockKind.Line ? text.TrimEnd() : Whitespace.Collapse(text);
        if (!string.IsNullOrWhiteSpace(text))
            _parts.Add(new Part(0, kind, text, leads || text[^1] is ':' or '：'));
    }

    /// <summary>The document so far.</summary>
    public Document Build()
    {
        string title = Whitespace.Collapse(Title);
        int titleHeading = TitleHeading();
        if (title.Length == 0 && titleHeading >= 0)
            title = _parts[titleHeading].Text;

        StringBuilder text = new();
        List<Section> sections = [];
        List<Part> path = [];
        List<Block> blocks = [];
        for (int i = 0; i < _parts.Count; i++)
        {
            Part part = _parts[i];
            if (part.Level == 0)
            {
                blocks.Add(Append(text, part, blocks));
                continue;
            }

            Close();
            if (i == titleHeading)
                continue;
            while (path.Count > 0 && path[^1].Level >= part.Level)
                path.RemoveAt(path.Count - 1);
            path.Add(part);
        }

        Close();
        return new Document { Title = title, Text = text.ToString(), Sections = sections };

        void Close()
        {
            if (blocks.Count > 0)
                sections.Add(new Section(path.ConvertAll(p => p.Text), blocks));
            blocks = [];
        }
    }

    // The only heading of level 1, where nothing but headings stands before it, is the document's title once more.
    private int TitleHeading()
    {
        int first = _parts.FindIndex(p => p.Level == 1);
        bool sole = first >= 0 && _parts.FindLastIndex(p => p.Level == 1) == first;
        return sole && _parts.FindIndex(p => p.Level != 1) is int other && (other < 0 || other > first) ? first : -1;
    }

    private static Block Append(StringBuilder text, Part part, List<Block> blocks)
    {
        if (text.Length > 0)
        {
            bool sameList = blocks.Count > 0 && part.Kind != BlockKind.Prose && blocks[^1].Kind == part.Kind;
            text.Append(sameList ? "\n" : "\n\n");
        }

        Block block = new(part.Kind, text.Length, part.Text.Length, part.Leads);
        text.Append(part.Text);
        return block;
    }
}
