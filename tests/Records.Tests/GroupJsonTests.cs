using System.Text;
using CsCheck;

namespace R2Synth.Records.Tests;

public sealed class GroupJsonTests
{
    [Theory]
    [InlineData("ü漢字🐇𠀀+<>&'")]
    [InlineData("\\ud83d\\udc07")]
    public void Text_stays_as_it_is(string text) =>
        Assert.Contains($"\"query\":\"{text.Replace("\\", "\\\\", StringComparison.Ordinal)}\"", GroupJson.Serialize(Samples.Bare(1) with { Query = text }), StringComparison.Ordinal);

    [Theory]
    [InlineData("\u2028")]
    [InlineData("\u0085")]
    [InlineData("\n")]
    public void Signs_that_some_readers_take_for_a_line_end_are_escaped(string text)
    {
        string json = GroupJson.Serialize(Samples.Bare(1) with { Query = text });
        Assert.DoesNotContain(text, json, StringComparison.Ordinal);
        Assert.Equal(text, GroupJson.Deserialize(Encoding.UTF8.GetBytes(json)).Query);
    }

    [Fact]
    public void Any_group_survives() => Samples.GenGroup.Sample(group =>
    {
        string json = GroupJson.Serialize(group);
        return !json.Contains('\n', StringComparison.Ordinal) && GroupJson.Serialize(GroupJson.Deserialize(Encoding.UTF8.GetBytes(json))) == json;
    });

    [Fact]
    public void Half_a_character_becomes_a_replacement_character() =>
        Assert.Equal("a\uFFFDb", GroupJson.Deserialize(Encoding.UTF8.GetBytes(GroupJson.Serialize(Samples.Bare(1) with { Query = "a\uD83Db" }))).Query);
}
