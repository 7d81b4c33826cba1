using R2Synth.Records.Documents;

namespace R2Synth.Records.Tests.Documents;

public sealed class HtmlExtractorTests
{
    [Theory]
    [InlineData("<nav>Home</nav><div class='menu mainmenu'>Menu</div><div id=toc>Contents</div><p>Text.")]
    [InlineData("<header>Site <h1>T</h1></header><aside>Ad</aside><p>Text.<footer>Foot</footer>")]
    [InlineData("<script>x()</script><style>p{}</style><form><input value=q>Search</form><p>Te<b>xt</b>.")]
    [InlineData("<div class=nosearch><div class=fancy_title>T</div></div><p>Text.</p><p><small>This page last modified on 2022-11-16</small></p>")]
    [InlineData("<ol><li><a href='#q1'>One?</a><li><a href='#q2'>Two?</a></ol><p>Text.")]
    [InlineData("<div role=navigation>Home</div><p hidden>no</p><p>\n Text.&nbsp;\n</p>")]
    public void Page_furniture_goes(string body) => Assert.Equal("Text.", HtmlExtractor.Extract($"<title>T</title>{body}").Text);

    [Fact]
    public void The_title_is_not_repeated_by_the_first_heading()
    {
        Document document = HtmlExtractor.Extract("<title>The T</title><h1>T</h1><p>a<h2>1.2. S</h2><p>b");
        Assert.Equal("The T", document.Title);
        Assert.Equal(["", "S"], document.Sections.Select(s => string.Join('/', s.Headings)));
    }

    [Fact]
    public void Several_first_headings_are_sections()
    {
        Document document = HtmlExtractor.Extract("<title>T</title><h1>A</h1><p>a<h1>B</h1><p>b");
        Assert.Equal(["A", "B"], document.Sections.Select(s => string.Join('/', s.Headings)));
    }

    [Fact]
    public void Bold_paragraphs_are_headings_but_bold_sentences_are_text()
    {
        Document document = HtmlExtractor.Extract("<h2>F</h2><p><b>(1) How?</b></p><p>So.</p><p><strong>Never do it.</strong></p>");
        Assert.Equal("F/How?", string.Join('/', document.Sections.Single().Headings));
        Assert.Equal("So.\n\nNever do it.", document.Text);
    }

    [Fact]
    public void Entities_lines_and_rows_are_read()
    {
        Document document = HtmlExtractor.Extract("<p>a &lt;b&gt; &eacute;</p><pre>\n  if x\n\n    y\n</pre><table><tr><th>h<th>i<tr><td>1<td> 2\n3</table><dl><dt>Term<dd>Meaning.</dl>");
        Assert.Equal("a <b> é\n\nif x\n  y\nh | i\n1 | 2 3\n\nTerm\n\nMeaning.", document.Text);
        Assert.Equal([false, false, false, true, false, true, false], document.Sections[0].Blocks.Select(b => b.Leads));
    }

    [Fact]
    public void Elements_nested_deeper_than_the_stack_end_in_an_exception()
    {
        Exception? thrown = null;
        string page = string.Concat(Enumerable.Repeat("<i>", 3000)) + "x";
        Thread thread = new(() => thrown = Record.Exception(() => HtmlExtractor.Extract(page)), maxStackSize: 1 << 18);
        thread.Start();
        Assert.True(thread.Join(TimeSpan.FromSeconds(30)));
        Assert.IsType<InsufficientExecutionStackException>(thrown);
    }

    [Fact]
    public void A_layout_table_is_read_cell_by_cell() =>
        Assert.Equal("a\n\nb\n\nc", HtmlExtractor.Extract("<table><tr><td><p>a</p><p>b</p><td>c</table>").Text);
}
