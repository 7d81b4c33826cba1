namespace R2Synth.Cli.Tests.Commands;

public sealed class RecipesCommandTests
{
    [Theory]
    [InlineData("recipes", "recipes.txt")]
    [InlineData("recipes --json", "recipes.json")]
    public async Task Output_is_as_approved(string args, string approved)
    {
        using var app = new TestApp(settings: null);

        (int code, string stdout, string stderr) = await app.RunAsync(args);

        Assert.Equal((0, ""), (code, stderr));
        Approval.Matches(approved, stdout);
    }
}
