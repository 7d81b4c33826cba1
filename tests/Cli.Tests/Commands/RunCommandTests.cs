using R2Synth.Pipeline;
using R2Synth.Pipeline.Money;

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
            "--languages", "en, de", "--quiet", "--budget", "2.50",
        ];
        (int code, string stdout, string stderr) = await _app.RunAsync(args);

        Assert.Equal((0, "outputs/x\n", ""), (code, stdout, stderr));
        RunRequest request = Assert.IsType<RunRequest>(_app.Engine.Request);
        Assert.Equal(["gecko", "e5"], request.Recipes);
        Assert.Equal(["en", "de"], request.Languages);
        Assert.Equal(2.50m, request.Budget);
        Assert.Equal(("corpus", "topics.txt", "outputs/x", 7, -3L, false),
            (request.Corpus, request.Topics, request.Out, request.Count, request.Seed, request.DryRun));
    }

    [Fact]
    public async Task Flags_that_are_left_out_keep_the_defaults()
    {
        await _app.RunAsync("run gecko e5 --corpus corpus --topics topics.txt");

        RunRequest request = Assert.IsType<RunRequest>(_app.Engine.Request);
        Assert.Equal("outputs/gecko-e5", request.Out);
        Assert.Equal((null, 1L, null), (request.Count, request.Seed, request.Budget));
        Assert.Equal(["en"], request.Languages);
    }

    [Fact]
    public async Task Unknown_recipe_lists_the_recipes()
    {
        (int code, _, string stderr) = await _app.RunAsync("run geko --corpus corpus");

        Assert.Equal((2, "r2synth: There is no recipe 'geko'. Recipes: e5, gecko, titles. Did you mean 'gecko'?\n"), (code, stderr));
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

    [Theory]
    [InlineData("0.20", "Budget: $0.20 is enough, whatever the replies are like.")]
    [InlineData("0.03", "Budget: $0.03 is enough for what is expected, not for the most that it can be ($0.0615).")]
    [InlineData("0.01", "Budget: $0.01 is not enough for what is expected; the run would stop on the way, with everything kept.")]
    public async Task Dry_run_says_whether_the_budget_is_enough(string budget, string verdict)
    {
        (_, string stdout, _) = await _app.RunGeckoAsync("--dry-run", "--budget", budget);

        Assert.EndsWith(verdict + "\n", stdout, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("1,50")]
    [InlineData("many")]
    [InlineData("1e3")]
    public async Task A_budget_is_an_amount_of_dollars(string budget)
    {
        (int code, _, string stderr) = await _app.RunGeckoAsync($"--budget={budget}");

        Assert.Equal(2, code);
        Assert.Contains($"--budget is '{budget}'; allowed: US dollars above 0, for instance 2.50.", stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_closing_tables_are_as_approved()
    {
        _app.Engine.OnRun = (_, counters, _) =>
        {
            counters.Stage("gecko/generate").Enter();
            counters.Stage("gecko/generate").Leave();
            return Task.FromResult(FakeRunEngine.Summary with { Money = new MoneyCount(0.0123m, 0.10m) });
        };

        (_, _, string stderr) = await _app.RunGeckoAsync();

        Approval.Matches("run-closing.txt", stderr);
    }
}
