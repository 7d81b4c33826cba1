using R2Synth.Records.Documents;

namespace R2Synth.Records.Tests.Documents;

public sealed class MarkdownExtractorTests
{
    [Theory]
    [InlineData("---\ntitle:  Agile lexicon\ntags: x\n---\nText.", "Agile lexicon")]
    [InlineData("---\ntags: x\ntitle: \"Say: hello\" # why\n---\nText.", "Say: hello")]
    [InlineData("---\ntitle: 'It''s'\n---\nText.", "It's")]
    [InlineData("---\ntitle: >-\n  Two\n  lines\nother: y\n---\nText.", "Two lines")]
    [InlineData("---\nnav:\n  title: Not this\n---\nText.", "")]
    [InlineData("+++\ntitle = \"Hugo\"\n+++\nText.", "Hugo")]
    [InlineData("# Heading\nText.", "Heading")]
    [InlineData("Text.", "")]
    public void The_title_comes_from_front_matter_or_the_first_heading(string source, string title)
    {
        Document document = MarkdownExtractor.Extract(source);
        Assert.Equal((title, "Text."), (document.Title, document.Text));
    }

    [Theory]
    [InlineData("[our approach]({{ \"/a/\" | url }}) holds.", "our approach holds.")]
    [InlineData("{% include \"engineering/tag.html\" %} Use JSON.", "Use JSON.")]
    [InlineData("{% note %}Kept{% endnote %}{% comment %}gone{% endcomment %}{# gone #} here.", "Kept here.")]
    [InlineData("That looks like `{{ site.time | date }}`.", "That looks like.")]
    [InlineData("{{< figure src=\"a.png\"\n title=\"x\" >}}\nAfter.", "After.")]
    [InlineData("A list{: .usa-list }", "A list")]
    [InlineData("Open {% here.\n\nThen %} there.", "Open {% here.\n\nThen %} there.")]
    [InlineData("```\ndocker ps --format '{{.Names}}'\n```", "docker ps --format '{{.Names}}'")]
    [InlineData("**Bold** and _it_ and `code` &amp; [link](http://x.y) ![alt](z.png).", "Bold and it and code & link .")]
    [InlineData("Raw <b>html</b><br>and <script>no()</script>it.", "Raw html and it.")]
    [InlineData("A note.[^1]\n\n[^1]: The foot.", "A note.\n\nThe foot.")]
    public void Tags_and_markup_go_and_text_stays(string source, string text) => Assert.Equal(text, MarkdownExtractor.Extract(source).Text);

    [Fact]
    public void Lists_code_and_tables_stay_line_by_line()
    {
        Document document = MarkdownExtractor.Extract("Intro.\n\n- one\n- two\n  wrapped\n\n```c\nint x;\n\n  y();\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n");
        Assert.Equal("Intro.\n\none\ntwo wrapped\n\nint x;\n  y();\na | b\n1 | 2", document.Text);
        Assert.Equal(
            [BlockKind.Prose, BlockKind.ListItem, BlockKind.ListItem, BlockKind.Line, BlockKind.Line, BlockKind.Line, BlockKind.Line],
            document.Sections[0].Blocks.Select(b => b.Kind));
    }

    [Fact]
    public void A_raw_table_with_empty_lines_in_it_gives_rows()
    {
        Document document = MarkdownExtractor.Extract("<table>\n<tr><td>a</td><td>b</td></tr>\n</table>\n\nAfter.");
        Assert.Equal("a | b\n\nAfter.", document.Text);
    }

    [Fact]
    public void Headings_open_sections()
    {
        Document document = MarkdownExtractor.Extract("---\ntitle: T\n---\n0\n## A\n1\n### B:\n2\n## C\n3");
        Assert.Equal(["", "A", "A/B", "C"], document.Sections.Select(s => string.Join('/', s.Headings)));
    }
}
