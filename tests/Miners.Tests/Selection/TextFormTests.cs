using R2Synth.Miners.Selection;

namespace R2Synth.Miners.Tests.Selection;

public class TextFormTests
{
    [Fact]
    public void Normalise_evens_case_and_white_space() => Assert.Equal("a ß éx", TextForm.Normalise(" A\n\tß\u00A0ÉX "));

    [Theory]
    [InlineData("one two three", 2, "one two")]
    [InlineData("one\n two", 5, "one two")]
    [InlineData("東京 は日本", 4, "東京 は日")]
    [InlineData("abc東京", 2, "abc東")]
    [InlineData("𠀋𠀋𠀋", 2, "𠀋𠀋")]
    [InlineData("", 2, "")]
    public void FirstWords_cuts_between_words(string text, int words, string expected) => Assert.Equal(expected, TextForm.FirstWords(text, words));

    [Fact]
    public void FirstWords_lone_surrogate_survives() => Assert.Equal("a\uD800", TextForm.FirstWords("a\uD800 b", 1));

    [Fact]
    public void Trigrams_are_bare_words() =>
        Assert.Equal(["the boat s", "boat s gone"], TextForm.Trigrams("The boat, s \u2014 gone!").Order(StringComparer.Ordinal).Reverse());

    [Fact]
    public void Trigrams_of_a_short_text_are_the_text() => Assert.Equal(["a b"], TextForm.Trigrams("A b."));
}
