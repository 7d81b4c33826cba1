using R2Synth.Miners.Selection;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Selection;

public class StyleAuditTests
{
    private static readonly string[] Words = ["harbour", "ferry", "granite", "winter", "bottle", "larch", "bread", "hills", "rain", "water", "salt", "glass", "light", "town", "slope", "needle"];

    [Fact]
    public void The_same_style_cannot_be_told_apart()
    {
        StyleSeparation found = StyleAudit.Measure(Texts(120, 1), Texts(120, 2), 1)!;
        Assert.InRange(found.Auc, 0.38, 0.62);
        Assert.False(found.Separable);
        Assert.Equal((120, 120), (found.Written, found.Others));
    }

    [Fact]
    public void Another_length_gives_them_away() => Assert.InRange(StyleAudit.Measure(Texts(100, 1, most: 9), Texts(100, 2), 1)!.Low, 0.9, 1);

    [Fact]
    public void Turns_of_phrase_give_them_away()
    {
        StyleSeparation found = StyleAudit.Measure([.. Texts(80, 1).Select((t, i) => i % 2 == 0 ? $"It is important to note that {t}" : t)], Texts(80, 2), 1)!;
        Assert.True(found.Separable);
        Assert.InRange(found.Auc, 0.6, 0.9); // half of them are as the others
        Assert.True(found.Probabilities.Where((_, i) => i % 2 == 0).Average() > found.Probabilities.Where((_, i) => i % 2 == 1).Average() + 0.3);
    }

    [Fact]
    public void The_same_twice_and_none_of_too_few()
    {
        Assert.Equal(StyleAudit.Measure(Texts(40, 1), Texts(30, 2), 7)!.Probabilities, StyleAudit.Measure(Texts(40, 1), Texts(30, 2), 7)!.Probabilities);
        Assert.Null(StyleAudit.Measure(Texts(19, 1), Texts(30, 2), 7));
        Assert.Null(StyleAudit.Measure(Texts(30, 1), Texts(19, 2), 7));
    }

    [Fact]
    public void More_texts_than_are_read_are_drawn()
    {
        StyleSeparation found = StyleAudit.Measure(Texts(StyleAudit.MostTexts + 10, 1, most: 9), Texts(40, 2), 1)!;
        Assert.Equal(StyleAudit.MostTexts, found.Written);
        Assert.Equal(10, found.Probabilities.Count(double.IsNaN));
    }

    [Theory]
    [InlineData("mmmmmwww", 1.0 / 6, "mmmmmw")]
    [InlineData("wmwmwmwm", 0.5, "wmwmwmwm")]
    [InlineData("wwwwm", 0.5, "wm")]
    [InlineData("www", 0.1, "www")]
    [InlineData("mmm", 0, "mmm")]
    [InlineData("wwm", 0, "m")]
    [InlineData("wwm", 1, "wwm")]
    public void Written_share_takes_the_last_written_ones_out(string negatives, double share, string kept)
    {
        JudgedPassage[] passages = [.. negatives.Select((kind, i) => new JudgedPassage { Docid = $"{i}", Text = "text", Origin = kind == 'w' ? Origin.Generated : Origin.Mined })];
        IReadOnlyList<JudgedPassage> capped = WrittenShare.Cap(passages, share);
        Assert.Equal(kept, string.Concat(capped.Select(p => p.Origin == Origin.Generated ? 'w' : 'm')));
        Assert.Equal(capped.OrderBy(p => int.Parse(p.Docid, null)), capped);
    }

    [Fact]
    public void CausalNegs_share_is_three_beside_fifteen() => Assert.Equal(
        18, WrittenShare.Cap([.. Enumerable.Range(0, 20).Select(i => new JudgedPassage { Docid = $"{i}", Text = "t", Origin = i < 5 ? Origin.Generated : Origin.Mined })], WrittenShare.CausalNeg).Count);

    private static string[] Texts(int count, int seed, int most = 30) => [.. Enumerable.Range(0, count).Select(i =>
    {
        UnitSeed chance = new(seed, "texts", i);
        return string.Join(' ', Enumerable.Range(0, (most == 30 ? 20 : 4) + chance.Next(most / 3)).Select(_ => Words[chance.Next(Words.Length)]));
    })];
}
