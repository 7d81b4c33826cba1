using CsCheck;
using R2Synth.Records.Splitting;

namespace R2Synth.Records.Tests.Splitting;

public sealed class WordsTests
{
    [Theory]
    [InlineData("", 0)]
    [InlineData("  ", 0)]
    [InlineData("one two\tthree\n", 3)]
    [InlineData("don't well-known — 3.5%", 4)]
    [InlineData("漢字。", 2)]
    [InlineData("「東京」は、大きい。", 6)]
    [InlineData("GPU 是一種 chip", 5)]
    [InlineData("𠀀𠀁", 2)]
    [InlineData("한국어 문장", 2)]
    [InlineData("ภาษาไทยไม่มีช่องว่าง", 4)]
    public void Words_are_counted(string text, int count) => Assert.Equal(count, Words.Count(text));

    [Fact]
    public void Spans_cover_all_but_white_space() => Gen.String.Sample(text =>
    {
        List<(int Start, int End)> spans = Words.Spans(text);
        string joined = string.Concat(spans.Select(s => text[s.Start..s.End]));
        return spans.Count == Words.Count(text) && joined == string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
    });
}
