using CsCheck;
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

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Count_is_the_same_at_any_parallelism_and_in_a_file(bool inFile)
    {
        Passage[] passages = [.. Enumerable.Range(0, 3000).Select(i => new Passage { Docid = $"d{i * 7919 % 3000}", Title = $"title {i % 37}", Text = $"boats {i % 13} shore, ({i % 101}) running w{i} w{i / 2}." })];
        DocidOrder order = passages.DocidOrder();
        using TextAnalysis analysis = TextAnalysis.Of("en");
        string? file = inFile ? Path.GetTempFileName() : null;
        using (CorpusTerms one = CorpusAnalysis.Count(passages, order, analysis, 1, null, default))
        {
            TermCounts first = Inverted(one);
            Assert.All([2, 3, 8], workers =>
            {
                using CorpusTerms many = CorpusAnalysis.Count(passages, order, analysis, workers, file, default);
                Assert.Equal(one.Terms.Bytes.ToArray(), many.Terms.Bytes.ToArray());
                Assert.Equal(one.Terms.Ends.ToArray(), many.Terms.Ends.ToArray());
                Assert.Equal(one.Starts, many.Starts);
                Assert.Equal(one.Lengths, many.Lengths);
                TermCounts counts = Inverted(many);
                Assert.Equal(first.Positions, counts.Positions);
                Assert.Equal(first.Values, counts.Values);
            });
        }

        Assert.False(File.Exists(file));
    }

    // Some terms at a time: what a file is built of.
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Terms_inverted_some_at_a_time_are_those_inverted_at_once(int postings)
    {
        using TextAnalysis analysis = TextAnalysis.Of("en");
        Passage[] passages = [.. Enumerable.Range(0, 300).Select(i => new Passage { Docid = $"d{i}", Text = $"boats {i % 3} w{i / 2} w{i / 2} ship{i % 50}" })];
        using CorpusTerms corpus = CorpusAnalysis.Count(passages, passages.DocidOrder(), analysis, 2, null, default);
        TermCounts all = Inverted(corpus);
        int[] positions = new int[Math.Max(postings, 300)];
        float[] values = new float[positions.Length];
        int steps = 0;
        for (int first = 0, end; first < corpus.Terms.Count; first = end, steps++)
        {
            end = corpus.EndOf(first, postings);
            TermCounts some = corpus.Invert(first, end, positions, values);
            Range range = corpus.Starts[first]..corpus.Starts[end];
            Assert.True(end == first + 1 || some.Starts[^1] <= postings);
            Assert.Equal(all.Positions[range], some.Positions[..some.Starts[^1]]);
            Assert.Equal(all.Values[range], some.Values[..some.Starts[^1]]);
        }

        Assert.True(steps > 1 || postings == 1000);
    }

    [Fact]
    public void Count_stops_when_told()
    {
        using TextAnalysis analysis = TextAnalysis.Of("en");
        Passage[] passages = Corpus.Of("a boat");
        Assert.ThrowsAny<OperationCanceledException>(() => CorpusAnalysis.Count(passages, passages.DocidOrder(), analysis, 1, null, new CancellationToken(canceled: true)));
    }

    private static TermCounts Inverted(CorpusTerms corpus) => corpus.Invert(0, corpus.Terms.Count, new int[corpus.Starts[^1]], new float[corpus.Starts[^1]]);

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
