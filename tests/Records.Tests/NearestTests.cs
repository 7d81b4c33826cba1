namespace R2Synth.Records.Tests;

public sealed class NearestTests
{
    [Theory]
    [InlineData("geko", "gecko")]
    [InlineData("GECKO", "gecko")]
    [InlineData("gekco", "gecko")]
    [InlineData("e4", "e5")]
    [InlineData("reasonir", null)]
    [InlineData("", null)]
    public void To_NameWithAFewEdits_IsFound(string typed, string? expected) =>
        Assert.Equal(expected, Nearest.To(typed, ["e5", "gecko"]));
}
