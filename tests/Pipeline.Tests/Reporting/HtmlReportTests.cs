using R2Synth.Pipeline.Reporting;

namespace R2Synth.Pipeline.Tests.Reporting;

public sealed class HtmlReportTests
{
    [Fact]
    public void The_page_is_as_approved() => Approved.Check("HtmlReport.approved.html", HtmlReport.Render(Fixture.Run()));

    [Fact]
    public void Text_of_the_corpus_and_the_model_is_data()
    {
        string page = HtmlReport.Render(Fixture.Run());

        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<b>", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page, StringComparison.Ordinal);
        Assert.Contains("日本語", page, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_needs_nothing_else()
    {
        string page = HtmlReport.Render(Fixture.Run());
        Assert.DoesNotContain("src=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("href=", page, StringComparison.Ordinal);
        Assert.DoesNotContain("@import", page, StringComparison.Ordinal);
        Assert.DoesNotContain("url(", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_element_is_closed()
    {
        // Without the declaration and the two elements that stand alone, the page is XML.
        string page = HtmlReport.Render(Fixture.Run())
            .Replace("<!DOCTYPE html>", "", StringComparison.Ordinal)
            .Replace("<meta charset=\"utf-8\">", "", StringComparison.Ordinal)
            .Replace("<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">", "", StringComparison.Ordinal);
        Assert.Equal("html", System.Xml.Linq.XDocument.Parse(page).Root?.Name.LocalName);
    }

    [Fact]
    public void An_empty_run_has_a_page_too()
    {
        RunReportData run = Fixture.Run() with { TrainGroups = 0, DevGroups = 0, Judges = [], Distributions = new GroupStatistics().Distributions(), Samples = [] };
        Assert.Contains("The run made no group", HtmlReport.Render(run), StringComparison.Ordinal);
    }
}
