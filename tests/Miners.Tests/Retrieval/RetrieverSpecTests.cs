using R2Synth.Miners.Retrieval;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Retrieval;

public class RetrieverSpecTests
{
    [Theory]
    [InlineData("bm25", "Bm25")]
    [InlineData(" bm25+static ", "Bm25,Static")]
    [InlineData("tfidf+dense:minilm+promptreps", "Tfidf,Dense:minilm,PromptReps")]
    [InlineData("run:a+b.run", "Run:a+b.run")]
    [InlineData("run:a+b.run+bm25", "Run:a+b.run,Bm25")]
    [InlineData("run:C:/x,y.run+run:other.run", "Run:C:/x,y.run,Run:other.run")]
    [InlineData("impacts:folder", "Impacts:folder")]
    [InlineData("late", "Late")]
    [InlineData("bm25+static,late", "Bm25,Static>Late")]
    [InlineData("bm25,late:minilm", "Bm25>Late:minilm")]
    public void A_name_is_read_and_written_back(string text, string expected)
    {
        var spec = RetrieverSpec.Parse(text);
        static string Part(RetrieverPart part) => part.Argument is null ? $"{part.Kind}" : $"{part.Kind}:{part.Argument}";
        Assert.Equal(expected, string.Join(',', spec.Parts.Select(Part)) + (spec.Reranker is { } reranker ? $">{Part(reranker)}" : ""));
        Assert.Equal(text.Trim(), spec.Name);
    }

    [Theory]
    [InlineData("bm52", "There is no retriever 'bm52'. Did you mean 'bm25'? Allowed: bm25, tfidf, dense, static, late, promptreps, impacts:PATH, run:FILE")]
    [InlineData("bm25+dens", "There is no retriever 'dens' (in 'bm25+dens'). Did you mean 'dense'?")]
    [InlineData("", "There is no retriever ''")]
    [InlineData("bm25+", "There is no retriever '' (in 'bm25+')")]
    [InlineData("BM25", "Did you mean 'bm25'?")]
    [InlineData("run", "after 'run:' there must be its FILE")]
    [InlineData("run:", "after 'run:' there must be its FILE")]
    [InlineData("dense:", "after 'dense:' there must be its BACKEND")]
    [InlineData("bm25:x", "bm25 takes nothing after a colon")]
    [InlineData("bm25+static+bm25", "names 'bm25' twice")]
    public void A_name_that_is_wrong_says_what_is_allowed(string text, string message) =>
        Assert.Contains(message, Assert.Throws<InputException>(() => RetrieverSpec.Parse(text)).Message, StringComparison.Ordinal);
}
