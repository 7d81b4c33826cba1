using R2Synth.Pipeline;

namespace R2Synth.Cli.Tests.Commands;

public sealed class RunCommandTests : IDisposable
{
    private readonly TestApp _app = new();

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task Every_flag_reaches_the_request()
    {
        string[] args =
        [
            "run", "gecko", "e5", "--corpus", "corpus", "--topics", "topics.txt", "--out", "outputs/x", "--count", "7", "--seed", "-3",
            "--languages", "en, de", "--quiet",
        ];
        (int code, string stdout, string stderr) = await _app.RunAsync(args);

        Assert.Equal((0, "outputs/x\n", ""), (code, stdout, stderr));
        RunRequest request = Assert.IsType<RunRequest>(_app.Engine.Request);
        Assert.Equal(["gecko", "e5"], request.Recipes);
        Assert.Equal(["en", "de"], request.Languages);
        Assert.Equal(("corpus", "topics.txt", "outputs/x", 7, -3L, false),
            (request.Corpus, request.Topics, request.Out, request.Count, request.Seed, request.DryRun));
    }

    [Fact]
    public async Task Flags_that_are_left_out_keep_the_defaults()
    {
        await _app.RunAsync("run gecko e5 --corpus corpus --topics topics.txt");

        RunRequest request = Assert.IsType<RunRequest>(_app.Engine.Request);
        Assert.Equal("outputs/gecko-e5", request.Out);
        Assert.Equal((null, 1L), (request.Count, request.Seed));
        Assert.Equal(["en"], request.Languages);
    }

    [Fact]
    public async Task Unknown_recipe_lists_the_recipes()
    {
        (int code, _, string stderr) = await _app.RunAsync("run geko --corpus corpus");

        Assert.Equal((2, "r2synth: There is no recipe 'geko'. Recipes: e5, gecko. Did you mean 'gecko'?\n"), (code, stderr));
    }

    [Fact]
    public async Task All_findings_of_the_request_come_at_once()
    {
        (int code, _, string stderr) = await _app.RunAsync("run gecko gecko e5 --corpus nowhere --out corpus/a.txt --languages en,German");

        Assert.Equal(2, code);
        Assert.Equal(
            """
            r2synth: 5 things have to be mended:
              Recipe 'gecko' is named 2 times. Name it once; --count says how many groups it makes.
              Recipe 'e5' needs --topics FILE: a file with a topic a line. To try it: --topics samples/topics.txt.
              --corpus nowhere: there is no such file or folder. Give a BEIR folder, a JSONL file, or a folder of txt, md and html.
              --out corpus/a.txt: this is a file; name a folder.
              --languages has 'German'; allowed: two-letter codes of ISO 639-1, for instance en,de.

            """,
            stderr);
    }

    [Fact]
    public async Task Gecko_without_a_corpus_names_the_sample()
    {
        (int code, _, string stderr) = await _app.RunAsync("run gecko");

        Assert.Equal(2, code);
        Assert.Equal(
            "r2synth: Recipe 'gecko' needs --corpus PATH: a BEIR folder, a JSONL file, or a folder of txt, md and html. To try it: --corpus samples/field-guides.\n",
            stderr);
    }

    [Fact]
    public async Task Dry_run_prints_the_plan_on_stdout_and_does_not_run()
    {
        _app.Engine.OnRun = (_, _, _) => throw new InvalidOperationException("It ran.");

        (int code, string stdout, string stderr) = await _app.RunGeckoAsync("--dry-run");

        Assert.Equal((0, ""), (code, stderr));
        Approval.Matches("dry-run.txt", stdout);
    }

    [Fact]
    public async Task The_closing_tables_are_as_approved()
    {
        _app.Engine.OnRun = (_, counters, _) =>
        {
            counters.Stage("gecko/generate").Enter();
            counters.Stage("gecko/generate").Leave();
            return Task.FromResult(FakeRunEngine.Summary);
        };

        (_, _, string stderr) = await _app.RunGeckoAsync();

        Approval.Matches("run-closing.txt", stderr);
    }
}
