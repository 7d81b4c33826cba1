using Markdig;

namespace R2Synth.Records.Documents;

/// <summary>Takes the text out of Markdown: front matter and template tags go, then the page that it makes is read as HTML.</summary>
internal static class MarkdownExtractor
{
    // Going through HTML gives raw HTML inside Markdown (tables with empty lines in them, figures) the same treatment as a page.
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables().UseGridTables().UseFootnotes().UseDefinitionLists().UseTaskLists().UseEmphasisExtras().Build();

    /// <summary>The document in a Markdown source.</summary>
    /// <param name="source">The file's text, lines ended by LF.</param>
    /// <exception cref="ArgumentException">Blocks are nested more than a hundred deep.</exception>
    public static Document Extract(string source)
    {
        (string title, string body) = FrontMatter.Split(source);
        return HtmlExtractor.Extract(Markdown.ToHtml(TemplateTags.Remove(body), Pipeline), title);
    }
}
