using R2Synth.Records.Documents;

namespace R2Synth.Records.Tests.Documents;

public sealed class PlainTextExtractorTests
{
    [Theory]
    [InlineData("CHAPTER I.\nDown the Rabbit-Hole\n\n\nAlice was\nbeginning.", "CHAPTER I. Down the Rabbit-Hole")]
    [InlineData("CHAPTER II.\n\nThe Pool of Tears\n\nAlice was\nbeginning.", "CHAPTER II. The Pool of Tears")]
    [InlineData("Head\n====\n\nAlice was\nbeginning.", "Head")]
    [InlineData("Alice was\nbeginning.", "")]
    public void A_chapter_is_a_heading(string source, string title)
    {
        Document document = PlainTextExtractor.Extract(source);
        Assert.Equal((title, "Alice was beginning."), (document.Title, document.Text));
    }

    [Fact]
    public void Several_chapters_are_sections()
    {
        Document document = PlainTextExtractor.Extract("CHAPTER I. A\n\nx\n\nCHAPTER II. B\n\ny");
        Assert.Equal(["CHAPTER I. A", "CHAPTER II. B"], document.Sections.Select(s => s.Headings.Single()));
    }

    [Theory]
    [InlineData("nothing so _very_ remarkable; _took a\nwatch out_, and snake_case_name __init__", "nothing so very remarkable; took a watch out, and snake_case_name __init__")]
    [InlineData("- one\n  more\n- two\n\n3. three", "one more\ntwo\nthree")]
    [InlineData("a\n\n* * *\n\nb", "a\n\nb")]
    [InlineData("[Illustration]\n\nCHAPTER I. A\nCHAPTER II. B\nCHAPTER III. C\n\nb", "b")]
    [InlineData("Licence\n\n*** START OF THE PROJECT GUTENBERG EBOOK X ***\n\nBook.\n\n*** END OF THE PROJECT GUTENBERG EBOOK X ***\n\nLicence", "Book.")]
    public void Typography_of_plain_text_is_read(string source, string text) => Assert.Equal(text, PlainTextExtractor.Extract(source).Text);
}
