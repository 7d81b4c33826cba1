using CsCheck;
using R2Synth.Records.Splitting;

namespace R2Synth.Records.Tests.Splitting;

public sealed class SentenceSplitterTests
{
    [Theory]
    [InlineData("One. Two! Three? Four")]
    [InlineData("He met Mr. Smith and Dr. J. K. Jones. They talked.", "He met Mr. Smith and Dr. J. K. Jones.", "They talked.")]
    [InlineData("Use e.g. Postgres, i.e. SQL, vs. Mongo. Done.", "Use e.g. Postgres, i.e. SQL, vs. Mongo.", "Done.")]
    [InlineData("The U.S. Government acts. In the U.S. The law rules.", "The U.S. Government acts.", "In the U.S.", "The law rules.")]
    [InlineData("See No. 5 and Fig. 3. No. That is 3.14 or 1,000.5 m.", "See No. 5 and Fig. 3.", "No.", "That is 3.14 or 1,000.5 m.")]
    [InlineData("Apples, pears, etc. are fine. Plums, etc. We eat.", "Apples, pears, etc. are fine.", "Plums, etc.", "We eat.")]
    [InlineData("“Oh dear!” she said. “I shall be late!” And she ran.", "“Oh dear!” she said.", "“I shall be late!”", "And she ran.")]
    [InlineData("(The end is near.) Wait ... no. So... Then?", "(The end is near.)", "Wait ... no.", "So...", "Then?")]
    [InlineData("Visit cloud.gov or file.txt now. Ok?! Yes.", "Visit cloud.gov or file.txt now.", "Ok?!", "Yes.")]
    [InlineData("1. First do it. 2. Then this.", "1. First do it.", "2. Then this.")]
    [InlineData("今日は。「そうだ。」と言った。終わり！はい", "今日は。", "「そうだ。」と言った。", "終わり！", "はい")]
    [InlineData("这是第一句。这是第二句？“好！”他说。", "这是第一句。", "这是第二句？", "“好！”", "他说。")]
    [InlineData("هل هذا؟ نعم. شكرا", "هل هذا؟", "نعم.", "شكرا")]
    [InlineData("यह एक है। यह दो है।", "यह एक है।", "यह दो है।")]
    [InlineData("¿Qué? ¡Sí! Bueno.", "¿Qué?", "¡Sí!", "Bueno.")]
    [InlineData("Das gilt z.B. Montag, d.h. heute. Gut.", "Das gilt z.B. Montag, d.h. heute.", "Gut.")]
    public void Sentences_end_where_a_reader_ends_them(string text, params string[] sentences)
    {
        string[] expected = sentences.Length > 0 ? sentences : ["One.", "Two!", "Three?", "Four"];
        Assert.Equal(expected, SentenceSplitter.Split(text, 0, text.Length).Select(s => text[s.Start..s.End]));
    }

    [Fact]
    public void Any_text_is_covered_in_order() => Gen.OneOf(Gen.String, Gen.String["ab AB.!?…\"”)(。 \n1"]).Sample(text =>
    {
        List<(int Start, int End)> spans = SentenceSplitter.Split(text, 0, text.Length);
        bool inOrder = spans.Zip(spans.Skip(1)).All(p => p.First.End <= p.Second.Start);
        string joined = string.Concat(spans.SelectMany(s => text[s.Start..s.End]).Where(c => !char.IsWhiteSpace(c)));
        return inOrder && spans.All(s => s.End > s.Start && !char.IsWhiteSpace(text[s.Start]) && !char.IsWhiteSpace(text[s.End - 1]))
            && joined == string.Concat(text.Where(c => !char.IsWhiteSpace(c)));
    });
}
