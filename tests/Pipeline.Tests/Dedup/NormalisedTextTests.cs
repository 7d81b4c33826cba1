using R2Synth.Pipeline.Dedup;

namespace R2Synth.Pipeline.Tests.Dedup;

public sealed class NormalisedTextTests
{
    [Theory]
    [InlineData("  What is\tBM25?\n", "what is bm25")]
    [InlineData("\"Quoted\", (said) he…", "quoted said he")]
    [InlineData("¿Qué es ÉSTO?", "qué es ésto")]
    [InlineData("C# or C++, not C.", "c# or c++ not c")]
    [InlineData(".NET at 5% - why", ".net at 5% - why")]
    [InlineData("don't e.g. this", "don't e.g this")]
    [InlineData("東京は何ですか。", "東京は何ですか")]
    [InlineData(" ?! ", "")]
    public void Of(string text, string expected)
    {
        Assert.Equal(expected, NormalisedText.Of(text));
        Assert.Equal(expected, NormalisedText.Of(NormalisedText.Of(text)));
    }
}
