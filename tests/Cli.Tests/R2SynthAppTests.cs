using R2Synth.Records;

namespace R2Synth.Cli.Tests;

public sealed class R2SynthAppTests : IDisposable
{
    private readonly TestApp _app = new();

    public void Dispose() => _app.Dispose();

    [Fact]
    public async Task A_run_that_ends_gives_0_and_the_folder_on_stdout()
    {
        (int code, string stdout, _) = await _app.RunGeckoAsync();

        Assert.Equal(0, code);
        Assert.Equal("outputs/gecko\n", stdout);
    }

    [Fact]
    public async Task Bad_input_gives_2_and_only_its_message()
    {
        _app.Engine.OnRun = (_, _, _) => throw new InputException("corpus.jsonl line 12: 'text' is missing.");

        (int code, string stdout, string stderr) = await _app.RunGeckoAsync();

        Assert.Equal((2, "", "r2synth: corpus.jsonl line 12: 'text' is missing.\n"), (code, stdout, stderr));
    }

    [Fact]
    public async Task A_fault_gives_1_and_no_stack_trace()
    {
        _app.Engine.OnRun = (_, _, _) => throw new InvalidOperationException("The order is lost.\nSecond line.");

        (int code, _, string stderr) = await _app.RunGeckoAsync();

        Assert.Equal(1, code);
        Assert.Equal("r2synth: InvalidOperationException: The order is lost.\nThis is a fault of r2synth; run with --verbose for the stack trace.\n", stderr);
    }

    [Theory]
    [InlineData("run gecko --corpus corpus --verbose")]
    [InlineData("--verbose run gecko --corpus corpus")]
    public async Task A_fault_with_verbose_shows_the_stack_trace(string args)
    {
        _app.Engine.OnRun = (_, _, _) => throw new InvalidOperationException("The order is lost.");

        (int code, _, string stderr) = await _app.RunAsync(args);

        Assert.Equal(1, code);
        Assert.Contains("   at R2Synth.Cli.Tests.", stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interrupted_gives_130_and_says_that_the_same_command_resumes()
    {
        using var interrupt = new CancellationTokenSource();
        _app.Engine.OnRun = async (_, _, token) =>
        {
            await interrupt.CancelAsync();
            await Task.Delay(Timeout.Infinite, token);
            return FakeRunEngine.Summary;
        };

        (int code, _, string stderr) = await _app.RunAsync(["run", "gecko", "--corpus", "corpus"], interrupt.Token);

        Assert.Equal(130, code);
        Assert.EndsWith("r2synth: interrupted. All that is done is kept; the same command resumes.\n", stderr, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancellation_that_nobody_asked_for_is_a_fault()
    {
        _app.Engine.OnRun = (_, _, _) => throw new TaskCanceledException("A time-out.");

        (int code, _, _) = await _app.RunGeckoAsync();

        Assert.Equal(1, code);
    }

    [Theory]
    [InlineData("", "r2synth: Unrecognized command or argument ''.\nSee: r2synth --help\n")]
    [InlineData("rnu gecko", "r2synth: Unrecognized command or argument 'rnu'. Did you mean 'run'?\nSee: r2synth --help\n")]
    [InlineData("run", "r2synth: Required argument 'RECIPE' missing for command: 'run'.\nSee: r2synth run --help\n")]
    [InlineData("run gecko --cuont 3", "r2synth: There is no option '--cuont'. Did you mean '--count'?\nSee: r2synth run --help\n")]
    [InlineData("run gecko --count 0", "r2synth: --count is '0'; allowed: a whole number from 1.\nSee: r2synth run --help\n")]
    [InlineData("run gecko --seed x", "r2synth: --seed is 'x'; allowed: a whole number.\nSee: r2synth run --help\n")]
    [InlineData("inspect outputs --samples -1", "r2synth: --samples is '-1'; allowed: a whole number, 0 to 1000.\nSee: r2synth inspect --help\n")]
    [InlineData("models verfy", "r2synth: Unrecognized command or argument 'verfy'. Did you mean 'verify'?\nSee: r2synth models --help\n")]
    public async Task Parse_errors_give_2(string args, string expected)
    {
        (int code, string stdout, string stderr) = await _app.RunAsync(args);

        Assert.Equal((2, "", expected), (code, stdout, stderr));
    }

    [Fact]
    public async Task Version_is_one_line()
    {
        (int code, string stdout, _) = await _app.RunAsync("--version");

        Assert.Equal(0, code);
        Assert.Matches(@"^r2synth \d+\.\d+\.\d+\n$", stdout);
    }

    [Theory]
    [InlineData("--help", "help.txt")]
    [InlineData("run --help", "help-run.txt")]
    [InlineData("mine --help", "help-mine.txt")]
    [InlineData("recipes --help", "help-recipes.txt")]
    [InlineData("inspect --help", "help-inspect.txt")]
    [InlineData("models --help", "help-models.txt")]
    [InlineData("models verify --help", "help-models-verify.txt")]
    [InlineData("models add --help", "help-models-add.txt")]
    [InlineData("doctor --help", "help-doctor.txt")]
    [InlineData("search --help", "help-search.txt")]
    public async Task Help_is_as_approved(string args, string approved)
    {
        (int code, string stdout, string stderr) = await _app.RunAsync(args);

        Assert.Equal((0, ""), (code, stderr));
        Approval.Matches(approved, stdout);
    }
}
