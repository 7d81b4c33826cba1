using R2Synth.Miners.Retrieval.Lexical;

namespace R2Synth.Miners.Tests.Retrieval.Lexical;

public class TextAnalysisTests
{
    [Theory]
    [InlineData("en", "The boats' owner's running", "boat owner run")]
    [InlineData("de", "Die Häuser der Städte", "haus stadt")]
    [InlineData("DE_at", "Die Häuser", "haus")]
    [InlineData("fr", "L'avion et les chevaux", "avion cheval")]
    [InlineData("es", "los niños corrían", "niñ corrian")]
    [InlineData("ru", "новые книги", "нов книг")]
    [InlineData("tr", "Işıklar kitapları", "ışık kitap")]
    [InlineData("zh-Hans", "北京大学 2024", "北京 京大 大学 2024")]
    [InlineData("ja", "東京タワー", "東京 京タ タワ ワー")]
    [InlineData("ko", "한국어 말", "한국 국어 말")]
    [InlineData("th", "ภาษาไทย abc", "ภาษ าษา ษาไ าไท ไทย abc")]
    [InlineData("vi", "Trường ĐẠI học", "trường đại học")]
    [InlineData("sw", "The boats running", "the boats running")]
    public void A_text_has_the_terms_of_its_language(string language, string text, string expected)
    {
        using TextAnalysis analysis = TextAnalysis.Of(language);
        Assert.Equal(expected, string.Join(' ', Terms(analysis, text)));
    }

    [Theory]
    [InlineData("en", "en")]
    [InlineData("pt", "pt")]
    [InlineData("pt-BR", "pt-br")]
    [InlineData("pt_PT", "pt")]
    [InlineData("sw", "plain")]
    [InlineData("th", "plain")]
    public void A_code_finds_the_nearest_analysis(string language, string expected)
    {
        using TextAnalysis analysis = TextAnalysis.Of(language);
        Assert.Equal(expected, analysis.Name);
        Assert.StartsWith($"{expected}, Lucene.Net 4.8.", analysis.Identity, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_language_can_be_analysed() => Assert.All(TextAnalysis.Languages, language =>
    {
        using TextAnalysis analysis = TextAnalysis.Of(language);
        Assert.Contains("2024", Terms(analysis, "2024"));
    });

    private static List<string> Terms(TextAnalysis analysis, string text)
    {
        List<string> terms = [];
        using TermStream stream = analysis.Terms(text);
        for (ReadOnlySpan<char> term = stream.Next(); !term.IsEmpty; term = stream.Next()) terms.Add(term.ToString());
        return terms;
    }
}
