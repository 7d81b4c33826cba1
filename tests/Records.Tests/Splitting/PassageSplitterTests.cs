using CsCheck;
using R2Synth.Records.Documents;
using R2Synth.Records.Splitting;

namespace R2Synth.Records.Tests.Splitting;

public sealed class PassageSplitterTests
{
    private static readonly Gen<(BlockKind Kind, int Level, string Text)> GenPart = Gen.Select(
        Gen.Int[0, 8], Gen.String["abcde fgh ijk. lmn! 漢字。 “op” q, r:"],
        (kind, text) => kind == 0 ? (default, 1 + (text.Length % 6), text) : (kind < 6 ? BlockKind.Prose : kind == 6 ? BlockKind.ListItem : BlockKind.Line, 0, text));

    private static readonly Gen<(Document Document, CorpusOptions Options)> GenCase = Gen.Select(
        GenPart.Array[0, 25], Gen.Int[3, 40], Gen.Int[0, 30], Gen.Int[0, 15],
        (parts, max, overlap, min) =>
        {
            DocumentBuilder builder = new();
            foreach ((BlockKind kind, int level, string text) in parts)
            {
                if (level > 0)
                    builder.AddHeading(level, text);
                else
                    builder.AddBlock(kind, text);
            }

            return (builder.Build(), new CorpusOptions { MaxWords = max, OverlapWords = Math.Min(overlap, max - 1), MinWords = Math.Min(min, max) });
        });

    [Fact]
    public void Every_word_is_in_a_passage_or_counted_as_left_out() => GenCase.Sample(c =>
    {
        SplitResult result = new PassageSplitter(c.Options).Split(c.Document, "d");
        bool[] covered = new bool[c.Document.Text.Length];
        foreach (Passage passage in result.Passages)
            covered.AsSpan(passage.Start, passage.Text.Length).Fill(true);
        string lost = string.Concat(c.Document.Text.Select((ch, i) => covered[i] ? ' ' : ch));
        return Words.Count(lost) == result.WordsLeftOut && (result.WordsLeftOut > 0) == (result.PassagesLeftOut > 0);
    });

    [Fact]
    public void Without_a_minimum_nothing_is_left_out() => GenCase.Sample(c =>
    {
        c.Options.MinWords = 0;
        return new PassageSplitter(c.Options).Split(c.Document, "d").PassagesLeftOut == 0;
    });

    [Fact]
    public void Passages_keep_limits_offsets_and_sections() => GenCase.Sample(c =>
    {
        SplitResult result = new PassageSplitter(c.Options).Split(c.Document, "d");
        return result.Passages.Select((p, i) =>
            p.Docid == $"d#{i}"
            && c.Document.Text.AsSpan(p.Start).StartsWith(p.Text, StringComparison.Ordinal)
            && Words.Count(p.Text) <= c.Options.MaxWords * PassageSplitter.JoinTolerance
            && Words.Count(p.Text) >= c.Options.MinWords
            && c.Document.Sections.Any(s => s.Blocks[0].Start <= p.Start && p.Start + p.Text.Length <= s.Blocks[^1].Start + s.Blocks[^1].Length
                && PassageSplitter.TitleOf(c.Document, s) == p.Title)).All(ok => ok);
    });

    [Fact]
    public void Without_a_minimum_no_passage_is_over_the_limit() => GenCase.Sample(c =>
    {
        c.Options.MinWords = 0;
        return new PassageSplitter(c.Options).Split(c.Document, "d").Passages.All(p => Words.Count(p.Text) <= c.Options.MaxWords);
    });

    [Fact]
    public void The_same_document_gives_the_same_passages() => GenCase.Sample(c =>
        new PassageSplitter(c.Options).Split(c.Document, "d").Passages.SequenceEqual(new PassageSplitter(c.Options).Split(c.Document, "d").Passages));

    [Fact]
    public void Overlap_repeats_no_more_than_asked_and_every_passage_brings_something_new() => GenCase.Sample(c =>
    {
        IReadOnlyList<Passage> passages = new PassageSplitter(c.Options).Split(c.Document, "d").Passages;
        return passages.Zip(passages.Skip(1)).All(p =>
        {
            int end = p.First.Start + p.First.Text.Length;
            int shared = Math.Max(0, end - p.Second.Start);
            return p.Second.Start > p.First.Start && p.Second.Start + p.Second.Text.Length > end
                && Words.Count(p.Second.Text.AsSpan(0, shared)) <= c.Options.OverlapWords;
        });
    });

    [Fact]
    public void Overlap_is_of_whole_sentences()
    {
        IReadOnlyList<Passage> passages = Split("A b c d. E f. G h i j. K l m.", new CorpusOptions { MaxWords = 6, OverlapWords = 3, MinWords = 0 });
        Assert.Equal(["A b c d. E f.", "E f. G h i j.", "K l m."], passages.Select(p => p.Text));
    }

    [Fact]
    public void A_sentence_over_the_limit_is_cut_between_words_after_a_comma_where_one_is_near()
    {
        IReadOnlyList<Passage> passages = Split("a b c d e f, g h i j k l m n.", new CorpusOptions { MaxWords = 10, MinWords = 0 });
        Assert.Equal(["a b c d e f,", "g h i j k l m n."], passages.Select(p => p.Text));
    }

    [Fact]
    public void A_short_remainder_joins_its_neighbour_or_is_left_out()
    {
        CorpusOptions options = new() { MaxWords = 10, MinWords = 3 };
        Assert.Equal(["A b c d e f g h i. J k."], Split("A b c d e f g h i. J k.", options).Select(p => p.Text));
        Assert.Equal(["A b c d e f g h i j."], Split("A b c d e f g h i j.\n# Next\nK l.", options).Select(p => p.Text));
    }

    [Fact]
    public void What_introduces_a_list_stays_with_its_first_item()
    {
        IReadOnlyList<Passage> passages = Split("A b c d e.\n\nF g:\n\n- h i j\n- k l m", new CorpusOptions { MaxWords = 8, MinWords = 0 });
        Assert.Equal(["A b c d e.", "F g:\n\nh i j\nk l m"], passages.Select(p => p.Text));
    }

    [Fact]
    public void The_title_is_the_way_of_headings_without_repetition()
    {
        IReadOnlyList<Passage> passages = Split("---\ntitle: Code review\n---\n# Code review\nA.\n## Tips\nB.\n### For everyone\nC.\n### tips\nD.", new CorpusOptions { MinWords = 0 });
        Assert.Equal(["Code review", "Code review › Tips", "Code review › Tips › For everyone", "Code review › Tips"], passages.Select(p => p.Title));
    }

    [Theory]
    [InlineData(10, 10, 0, "R2Synth:Corpus:OverlapWords is 10 and R2Synth:Corpus:MaxWords 10: the overlap must be at least 0 and below the maximum. Lower OverlapWords or raise MaxWords.")]
    [InlineData(10, 0, 15, "R2Synth:Corpus:MinWords is 15 and R2Synth:Corpus:MaxWords 10: the minimum must be at least 0 and no more than the maximum. Lower MinWords or raise MaxWords.")]
    [InlineData(0, 0, 0, "R2Synth:Corpus:MaxWords is 0; a passage needs at least 1 word.")]
    public void Limits_that_contradict_each_other_are_refused(int max, int overlap, int min, string message) =>
        Assert.Equal(message, Assert.Throws<InputException>(() => new PassageSplitter(new CorpusOptions { MaxWords = max, OverlapWords = overlap, MinWords = min })).Message);

    private static IReadOnlyList<Passage> Split(string markdown, CorpusOptions options) =>
        new PassageSplitter(options).Split(MarkdownExtractor.Extract(markdown), "d").Passages;
}
