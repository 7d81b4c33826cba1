namespace R2Synth.Records.Tests;

public sealed class GroupJsonlReaderTests
{
    [Theory]
    [InlineData("{\"id\": 1}", " line 2 column 9 field 'id': is not a group. ")]
    [InlineData("{\"id\": \"x\"", " line 2 column 11: is not a group. ")]
    [InlineData("null", " line 2 column 1: is not a group. A group is needed, found null.")]
    public async Task A_bad_line_is_named(string line, string message)
    {
        using TemporaryFolder folder = new();
        string file = folder.File("g.jsonl", $"{GroupJson.Serialize(Samples.Group(1))}\n{line}\n");
        Assert.StartsWith(file + message, (await FailAsync(file)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_group_without_its_fields_is_named_with_what_is_missing()
    {
        using TemporaryFolder folder = new();
        string message = (await FailAsync(folder.File("g.jsonl", "{\"id\": \"x\"}"))).Message;
        Assert.Contains("g.jsonl line 1 ", message, StringComparison.Ordinal);
        Assert.Contains("missing required properties including: 'recipe'", message, StringComparison.Ordinal);
    }

    private static Task<InputException> FailAsync(string file) => Assert.ThrowsAsync<InputException>(async () =>
    {
        await foreach (Group _ in GroupJsonlReader.ReadAsync(file))
        {
        }
    });
}
