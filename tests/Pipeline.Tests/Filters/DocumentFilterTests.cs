using R2Synth.Pipeline.Filters;

namespace R2Synth.Pipeline.Tests.Filters;

public sealed class DocumentFilterTests
{
    private const string Text =
        "Young dogs grow fast, so they eat more for their weight than grown ones. Up to the age of four months give four small meals a day, then three until six months.";

    [Fact]
    public void Check_PlainText_IsKept() => Assert.Null(DocumentFilter.Check(Text));

    [Fact]
    public void Check_FewerThanTwentyWords_IsTooShort() => Assert.Equal("document-too-short", DocumentFilter.Check("Young dogs grow fast, so they eat more."));

    [Fact]
    public void Check_AStringOfJoinedWords_IsNotWords() => Assert.Equal("document-not-words", DocumentFilter.Check($"{Text} {string.Concat(Enumerable.Repeat("life", 20))}"));

    [Fact]
    public void Check_ALoop_IsRepetitive() =>
        Assert.Equal("document-repetitive", DocumentFilter.Check(string.Concat(Enumerable.Repeat("They are all in the same place. ", 8))));

    [Fact]
    public void Check_OneSentenceTwiceInALongText_IsKept() => Assert.Null(DocumentFilter.Check($"{Text} A day has many hours in it. {Text.Replace("dogs", "cats", StringComparison.Ordinal)[..60]}"));
}
