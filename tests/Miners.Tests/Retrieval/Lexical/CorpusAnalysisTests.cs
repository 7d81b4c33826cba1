using CsCheck;
using R2Synth.Miners.Retrieval;
using R2Synth.Miners.Retrieval.Lexical;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Retrieval.Lexical;

public class CorpusAnalysisTests
{
    // What tokenizers differ over: apostrophes, dots and colons in words and numbers, marks without a letter, joiners, scripts side by side.
    private static readonly string[] Bits =
    [
        "a", "Boats", "running", "the", "L'", "don't", "U.S.", "3.14", "1,000", "x_y", "_", "'", "\u2019", ".", ",", ":", ";", "-", "\"", "(", ")", "@", "#", "$", "/", "\\", "%", "&", "~", "`", "\0", "\u0001",
        " ", " ", " ", "  ", "\t", "\n", "\r\n", "\u00A0", "\u2003", "\u200B", "\u200C", "\u200D", "\u00AD", "\u0301", "é", "e\u0301", "Straße", "Häuser", "İ", "ı", "ß",
        "北京", "大学", "カ", "タカナ", "ｶ", "ひら", "한국어", "ไทย", "ภาษา", "កម្ពុ", "العربية", "كتاب", "हिन्दी", "книги", "βιβλία", "עברית", "ABC", "q7", "\U00020000", "😀", "👩\u200D💻", "0", "٣",
    ];

    public static TheoryData<string> Languages { get; } = [.. TextAnalysis.Languages, "und"];

    // The ground for analysing each stretch between blanks once.
    [Theory]
    [MemberData(nameof(Languages))]
    public void A_text_has_the_terms_of_its_stretches(string language)
    {
        using TextAnalysis analysis = TextAnalysis.Of(language);
        Gen.Int[0, Bits.Length - 1].Select(i => Bits[i]).Array[0, 24].Sample(
            bits =>
            {
                string text = string.Concat(bits);
                TermCounter counter = new(analysis);
                PassageBlock block = counter.Count([new Passage { Docid = "a", Text = text }], [0], 0, 1);
                Assert.Equal(Counts(analysis, text), block.Terms.Zip(block.Counts, (term, count) => (counter.Terms[term], count)).OrderBy(one => one.Item1, StringComparer.Ordinal));
            },
            iter: 300);
    }

    [Fact]
    public void Count_is_the_same_at_any_parallelism()
    {
        Passage[] passages = [.. Enumerable.Range(0, 3000).Select(i => new Passage { Docid = $"d{i * 7919 % 3000}", Title = $"title {i % 37}", Text = $"boats {i % 13} shore, ({i % 101}) running w{i} w{i / 2}." })];
        DocidOrder order = new(passages);
        using TextAnalysis analysis = TextAnalysis.Of("en");
        TermCounts one = CorpusAnalysis.Count(passages, order, analysis, 1, default);
        Assert.All([2, 3, 8], workers =>
        {
            TermCounts many = CorpusAnalysis.Count(passages, order, analysis, workers, default);
            Assert.Equal(one.Terms, many.Terms);
            Assert.Equal(one.Starts, many.Starts);
            Assert.Equal(one.Positions, many.Positions);
            Assert.Equal(one.Values, many.Values);
            Assert.Equal(one.Lengths, many.Lengths);
        });
    }

    [Fact]
    public void Count_stops_when_told()
    {
        using TextAnalysis analysis = TextAnalysis.Of("en");
        Passage[] passages = Corpus.Of("a boat");
        Assert.ThrowsAny<OperationCanceledException>(() => CorpusAnalysis.Count(passages, new DocidOrder(passages), analysis, 1, new CancellationToken(canceled: true)));
    }

    private static IEnumerable<(string, float)> Counts(TextAnalysis analysis, string text)
    {
        List<string> terms = [];
        using (TermStream stream = analysis.Terms(text))
        {
            for (ReadOnlySpan<char> term = stream.Next(); !term.IsEmpty; term = stream.Next()) terms.Add(term.ToString());
        }

        return terms.GroupBy(term => term, StringComparer.Ordinal).Select(group => (group.Key, (float)group.Count())).OrderBy(one => one.Key, StringComparer.Ordinal);
    }
}
