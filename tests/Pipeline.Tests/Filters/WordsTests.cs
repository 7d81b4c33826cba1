using R2Synth.Pipeline.Filters;

namespace R2Synth.Pipeline.Tests.Filters;

public sealed class WordsTests
{
    [Theory]
    [InlineData("What's BM25, really?", "what|s|bm25|really")]
    [InlineData("東京は2024", "東|京|は|2024")]
    [InlineData("nai\u0308ve", "nai\u0308ve")]
    [InlineData(" -- ", "")]
    public void Of(string text, string expected) => Assert.Equal(expected, string.Join('|', Words.Of(text)));

    [Fact]
    public void Containment_counts_distinct_words()
    {
        Assert.Equal(0.5, Words.Containment(["a", "a", "b"], ["a", "c"]));
        Assert.Equal(0, Words.Containment([], ["a"]));
    }
}
