namespace R2Synth.Cli.Tests.Settings;

public sealed class SettingsFinderTests
{
    [Fact]
    public async Task The_file_is_found_above_up_to_the_solution()
    {
        using var app = new TestApp();
        app.Write("deep/down/corpus/a.txt", "A text.");
        app.CurrentFolder = "deep/down";

        (int code, _, _) = await app.RunGeckoAsync();

        Assert.Equal(0, code);
        Assert.Equal(app.Folder, app.SettingsFolder);
    }

    [Fact]
    public async Task The_search_ends_at_the_solution_and_goes_on_beside_the_program()
    {
        using var app = new TestApp();
        using var program = new TestApp();
        app.Write("inner/R2Synth.sln", "");
        app.Write("inner/corpus/a.txt", "A text.");
        app.CurrentFolder = "inner";
        app.ProgramFolder = program.Folder;

        await app.RunGeckoAsync();

        Assert.Equal(program.Folder, app.SettingsFolder);
    }

    [Fact]
    public async Task A_file_of_another_program_is_passed_by()
    {
        using var app = new TestApp();
        app.Write("inner/appsettings.json", """{ "Logging": { "Level": "Info" } }""");
        app.Write("inner/corpus/a.txt", "A text.");
        app.CurrentFolder = "inner";

        await app.RunGeckoAsync();

        Assert.Equal(app.Folder, app.SettingsFolder);
    }

    [Fact]
    public async Task Without_any_file_the_message_says_where_it_was_looked_for()
    {
        using var app = new TestApp(settings: null);

        (int code, _, string stderr) = await app.RunGeckoAsync("--set", "Judge=x", "--embedder", "x", "--generator", "x");

        Assert.Equal(2, code);
        Assert.Contains(
            "R2Synth:Judge is 'x', which is no backend. There are none, since no appsettings.json was found in this folder or above; go to the project's folder or name a file with --config. Set by: --set Judge=x.",
            stderr,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_shipped_file_is_valid()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "R2Synth.sln"))) folder = Path.GetDirectoryName(folder);
        Assert.NotNull(folder);
        using var app = new TestApp(File.ReadAllText(Path.Combine(folder, "appsettings.json")));

        (int code, _, string stderr) = await app.RunGeckoAsync("--quiet");

        Assert.Equal((0, ""), (code, stderr));
        Assert.Equal(["embedded", "local-server", "minilm", "static"], app.Options?.Backends.Keys);
        Assert.Equal((12, null), (app.Options?.Mining.Candidates, app.Options?.Pipeline.Parallelism));
    }
}
