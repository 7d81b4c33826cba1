using R2Synth.Cli.Progress;
using R2Synth.Pipeline.Reporting;
using Spectre.Console;
using Spectre.Console.Testing;

namespace R2Synth.Cli.Tests.Progress;

public sealed class RunProgressTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly ManualClock _clock = new();
    private readonly RunCounters _counters = new();
    private readonly StringWriter _plain = new() { NewLine = "\n" };

    [Fact]
    public async Task A_console_that_is_no_terminal_gets_a_line_every_five_seconds()
    {
        using var console = new TestConsole();
        var end = new TaskCompletionSource<int>();
        StageCounter stage = _counters.Stage("e5/tasks");
        stage.Expected = 10;
        Task<int> run = Progress(console).WatchAsync(_counters, () => end.Task, CancellationToken.None);

        stage.Enter();
        stage.Leave();
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.Equal("", _plain.ToString());
        _clock.Advance(TimeSpan.FromSeconds(1));
        await WaitForAsync(() => _plain.ToString().Contains("0:05 e5/tasks 1 of 10, 0.2/s", StringComparison.Ordinal));
        end.SetResult(7);

        Assert.Equal(7, await run.WaitAsync(Limit));
        Assert.EndsWith("0:05 e5/tasks ended: 1 done, 0 rejected\n", _plain.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_terminal_gets_bars_and_totals()
    {
        using TestConsole console = new TestConsole().Width(110).SupportsAnsi(true).Interactive();
        StageCounter stage = _counters.Stage("gecko/generate");
        stage.Expected = 4;
        stage.Enter();
        stage.Leave();
        stage.Enter();
        stage.Reject();
        _counters.CountCall(100, 10);

        await Progress(console).WatchAsync(_counters, () => Task.FromResult(0), CancellationToken.None).WaitAsync(Limit);

        Assert.Equal("", _plain.ToString());
        Assert.Contains("gecko/generate   ############............", console.Output, StringComparison.Ordinal);
        Assert.Contains("2 of 4", console.Output, StringComparison.Ordinal);
        Assert.Contains("0:00 | 1 calls, 0 from the cache, tokens/s 0.0 read 0.0 written, time left unknown", console.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void The_live_display_is_as_approved()
    {
        using var console = new TestConsole();
        StageCounter generate = _counters.Stage("gecko/generate");
        generate.Expected = 24;
        for (int i = 0; i < 24; i++) generate.Leave();
        for (int i = 0; i < 9; i++) _counters.Stage("gecko/[judge]").Leave();
        _counters.Stage("gecko/[judge]").Expected = 24;
        _counters.Stage("write").Leave();
        for (int i = 0; i < 33; i++) _counters.CountCall(1000, 40);
        console.Profile.Width = 110;

        console.Write(TerminalDisplay.Draw(new RateWindow().Add(RunSnapshot.Take(_counters, TimeSpan.FromSeconds(75)), stopping: false)));

        Approval.Matches("live.txt", console.Output);
    }

    [Fact]
    public async Task Quiet_shows_nothing()
    {
        using TestConsole console = new TestConsole().Interactive();
        _counters.Stage("a").Leave();

        await new RunProgress(_plain, console, _clock, quiet: true).WatchAsync(_counters, () => Task.FromResult(0), CancellationToken.None).WaitAsync(Limit);

        Assert.Equal(("", ""), (_plain.ToString(), console.Output));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_exception_of_the_run_passes_through(bool live)
    {
        using TestConsole console = live ? new TestConsole().SupportsAnsi(true).Interactive() : new TestConsole();

        await Assert.ThrowsAsync<InvalidOperationException>(() => Progress(console).WatchAsync<int>(
            _counters, () => throw new InvalidOperationException("It broke."), CancellationToken.None).WaitAsync(Limit));
    }

    private RunProgress Progress(IAnsiConsole console) => new(_plain, console, _clock, quiet: false);

    private static async Task WaitForAsync(Func<bool> condition)
    {
        using var limit = new CancellationTokenSource(Limit);
        while (!condition()) await Task.Delay(5, limit.Token);
    }
}
