namespace R2Synth.Records.Tests;

/// <summary>The shipped sample, as a newcomer reads it first.</summary>
public sealed class SampleCorpusTests
{
    [Fact]
    public async Task The_sample_gives_clean_passages()
    {
        CorpusReport report = new();
        IReadOnlyList<Passage> passages = await CorpusReader.ReadAllAsync(SampleFolder(), new CorpusOptions(), report);
        Assert.Equal((37, 0), (report.Documents, report.EmptyDocuments));
        Assert.Empty(report.SkippedFiles);
        Assert.InRange(passages.Count, 700, 800);
        Assert.InRange(report.WordsLeftOut, 0, report.Words / 200);
        Assert.All(passages, p =>
        {
            Assert.NotEmpty(p.Title);
            foreach (string remnant in (string[])["{%", "%}", "{{ ", "](", "Table Of Contents", "last modified on", "Search Documentation", "Choose any three", "function toggle", "eleventyNavigation"])
                Assert.DoesNotContain(remnant, p.Text, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("agency-guides/engineering/our-approach/code-review.md", "Code review › Why reviews?", "Code reviews are an incredibly important part of the development process.")]
    [InlineData("sqlite-manual/faq.html", "SQLite Frequently Asked Questions › How do I create an AUTOINCREMENT field?", "Short answer: A column declared INTEGER PRIMARY KEY will autoincrement.")]
    [InlineData("sqlite-manual/quirks.html", "Quirks, Caveats, and Gotchas In SQLite › Overview", "The SQL language is a \"standard\".")]
    [InlineData("books/alice-in-wonderland-chapter-1.txt", "CHAPTER I. Down the Rabbit-Hole", "Alice was beginning to get very tired of sitting by her sister on the bank,")]
    public async Task Passages_begin_and_are_titled_as_a_reader_would_see_them(string file, string title, string start)
    {
        IReadOnlyList<Passage> passages = await CorpusReader.ReadAllAsync(Path.Combine(SampleFolder(), file), new CorpusOptions());
        Passage passage = passages.First(p => p.Text.StartsWith(start, StringComparison.Ordinal));
        Assert.Equal(title, passage.Title);
    }

    private static string SampleFolder()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !Directory.Exists(Path.Combine(folder, "samples", "field-guides")))
            folder = Path.GetDirectoryName(folder);
        return Path.Combine(folder ?? throw new DirectoryNotFoundException("samples/field-guides is in no folder above the tests."), "samples", "field-guides");
    }
}
