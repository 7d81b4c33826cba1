using CsCheck;
using R2Synth.Inference.Hosted;

namespace R2Synth.Inference.Tests.Hosted;

public sealed class TokenSpansTests
{
    [Fact]
    public void Tokens_as_they_stand_cover_the_text_one_after_the_other() =>
        Assert.Equal([(0, 3), (3, 8), (8, 9)], TokenSpans.Of("Bees dance.", ["Bee", "s dan", "c", "e."])?.Take(3));

    [Fact]
    public void A_mark_before_the_text_has_no_width() =>
        Assert.Equal([(0, 0), (0, 4), (4, 10)], TokenSpans.Of("Bees dance", ["<|begin_of_text|>", "Bees", " dance"]));

    [Fact]
    public void What_the_server_wrote_after_the_text_is_left_out() =>
        Assert.Equal([(0, 4), (4, 10)], TokenSpans.Of("Bees dance", ["Bees", " dance", " on", " the"]));

    [Fact]
    public void Blanks_that_a_tokenizer_takes_off_or_puts_on_do_not_matter() =>
        Assert.Equal([(0, 4), (4, 10), (10, 13)], TokenSpans.Of("Bees dance on", [" Bees", "dance", "on"]));

    // "Zürich 😀 ok" where ü is two tokens and the emoji three, in vLLM's and in OpenAI's spelling.
    [Theory]
    [InlineData("Z", "\uFFFD", "\uFFFD", "rich", " \uFFFD", "\uFFFD", "\uFFFD", " ok")]
    [InlineData("Z", "bytes:\\xc3", "bytes:\\xbc", "rich", "bytes: \\xf0\\x9f", "bytes:\\x98", "bytes:\\x80", " ok")]
    public void The_parts_of_a_letter_cover_it_together(params string[] tokens)
    {
        IReadOnlyList<(int Begin, int End)>? spans = TokenSpans.Of("Zürich 😀 ok", tokens);

        Assert.NotNull(spans);
        Assert.Equal([(0, 1), (1, 2), (1, 2), (2, 6)], spans.Take(4));
        Assert.Equal([(6, 9), (7, 9), (7, 9), (9, 12)], spans.Skip(4));
    }

    [Fact]
    public void A_part_of_a_letter_may_have_whole_letters_behind_it_in_its_token() =>
        Assert.Equal([(0, 1), (1, 2), (1, 6), (6, 9)], TokenSpans.Of("Zürich ok", ["Z", "\uFFFD", "\uFFFDrich", " ok"]));

    [Fact]
    public void A_text_that_ends_in_the_parts_of_a_letter_is_covered_to_its_end() =>
        Assert.Equal([(0, 2), (2, 5), (3, 5)], TokenSpans.Of("ok 😀", ["ok", " \uFFFD", "\uFFFD", " and"]));

    [Theory]
    [InlineData("Bees dance", 4, " dance")]
    [InlineData("Bees dance", 0, "Bees", " dance")]
    [InlineData("Zürich dances", 2, "\uFFFD", "rich", " dances")]
    public void A_first_token_without_a_name_has_what_the_others_leave(string text, int end, params string[] others)
    {
        IReadOnlyList<(int Begin, int End)>? spans = TokenSpans.Of(text, [null, .. others]);

        Assert.NotNull(spans);
        Assert.Equal(others.Length + 1, spans.Count);
        Assert.Equal(text.Length, spans[^1].End);
        Assert.True(spans[0].End <= end);
    }

    [Fact]
    public void Tokens_of_another_text_do_not_fit()
    {
        Assert.Null(TokenSpans.Of("Bees dance", ["Bees", " sleep"]));
        Assert.Null(TokenSpans.Of("Bees dance", ["Bees"]));
        Assert.Null(TokenSpans.Of("Bees dance", ["Bees", "\uFFFD"]));
    }

    [Fact]
    public void Any_text_cut_anywhere_is_covered_without_gap_or_overlap() => Gen.Select(Gen.String[1, 60], Gen.Int[1, 7]).Sample((text, size) =>
    {
        // A lone half of a pair cannot come out of a tokenizer.
        text = new string([.. text.Where(letter => !char.IsSurrogate(letter) && letter != '\uFFFD')]);
        if (text.StartsWith("bytes:", StringComparison.Ordinal) || text.Length == 0) return;
        string[] tokens = [.. text.Chunk(size).Select(part => new string(part))];
        IReadOnlyList<(int Begin, int End)>? spans = TokenSpans.Of(text, tokens);
        Assert.NotNull(spans);
        Assert.Equal(tokens, spans.Select(span => text[span.Begin..span.End]));
    });
}
