using R2Synth.Pipeline.Filters;

namespace R2Synth.Pipeline.Tests.Filters;

public sealed class QueryFilterTests
{
    private const string Passage = "A reader that stays open for a long time holds the checkpoint back, and the log can then grow without bound.";

    [Theory]
    [InlineData("why does the log grow", null)]
    [InlineData("checkpoint", "too-short")]
    [InlineData("https://dev.example.com:8080", "too-short")]
    [InlineData("www.example.com/some/page", "too-short")]
    [InlineData("answers of https://dev.example.com", null)]
    [InlineData("?!? 12 34 56 +-", "not-words")]
    [InlineData("what does the author say of checkpoints", "not-self-contained")]
    [InlineData("according to this, why do logs grow", "not-self-contained")]
    [InlineData("why logs grow as mentioned above", "not-self-contained")]
    [InlineData("Answer: logs grow without bound", "not-self-contained")]
    [InlineData("love a cat and what love a cat and", "repetitive")]
    [InlineData("READER that stays open, for a long time", "copied")]
    [InlineData("stays open for long", null)]
    public void Check_names_what_is_wrong(string query, string? reason) => Assert.Equal(reason, QueryFilter.Check(query, Passage));

    [Theory]
    [InlineData("write ahead logging", "copied-title")]
    [InlineData("Logging, logging", "copied-title")]
    [InlineData("what is write-ahead logging", null)]
    public void Check_TakesItsWordsFromTheTitleAlone(string query, string? reason)
    {
        Assert.Equal(reason, QueryFilter.Check(query, Passage, "Write-Ahead Logging › Long readers"));
        Assert.Null(QueryFilter.Check(query, Passage));
    }

    [Theory]
    [InlineData("how many years did he play", "not-self-contained")]
    [InlineData("who commissioned HIM for the film", "not-self-contained")]
    [InlineData("what did sela ward do before she was an actress", null)]
    [InlineData("why is the history of sheep told", null)]
    public void Check_AsksOfSomebodyThatTheTitleNames_NamesNobody(string query, string? reason)
    {
        Assert.Equal(reason, QueryFilter.Check(query, Passage, "The Sela Ward Story"));
        Assert.Null(QueryFilter.Check(query, Passage));
    }

    [Fact]
    public void Check_MoreThanSixtyWords_IsTooLong() =>
        Assert.Equal("too-long", QueryFilter.Check(string.Join(' ', Enumerable.Range(0, 61).Select(i => $"word{(char)('a' + (i % 26))}{i}")), Passage));
}
