using R2Synth.Cli.Progress;
using R2Synth.Pipeline.Reporting;

namespace R2Synth.Cli.Tests.Progress;

public sealed class RateWindowTests
{
    private readonly RunCounters _counters = new();
    private readonly RateWindow _window = new();

    [Fact]
    public void The_slowest_stage_says_how_much_time_is_left()
    {
        Count("a", expected: 100, done: 50);
        Count("b", expected: 100, done: 10);

        ProgressFigures figures = At(10);

        Assert.Equal([5.0, 1.0], figures.Stages.Select(s => s.PerSecond));
        Assert.Equal(TimeSpan.FromSeconds(90), figures.TimeLeft);
    }

    [Fact]
    public void A_burst_from_the_cache_is_forgotten_after_half_a_minute()
    {
        Count("a", expected: 2000, done: 1000);
        At(1);
        for (int second = 2; second <= 60; second++)
        {
            Count("a", expected: 2000, done: 1);
            At(second);
        }

        Count("a", expected: 2000, done: 1);
        ProgressFigures figures = At(61);

        Assert.Equal(1.0, figures.Stages[0].PerSecond, 6);
        Assert.Equal(TimeSpan.FromSeconds(940), figures.TimeLeft);
    }

    [Fact]
    public void A_stage_that_has_not_begun_does_not_count_and_one_that_stands_still_leaves_the_time_unknown()
    {
        Count("a", expected: 10, done: 5);
        Count("b", expected: 10, done: 0);
        Assert.Equal(TimeSpan.FromSeconds(5), At(5).TimeLeft);

        At(100);
        Assert.Null(At(130).TimeLeft);
    }

    [Fact]
    public void Nothing_expected_leaves_the_time_unknown() => Assert.Null(At(0).TimeLeft);

    [Fact]
    public void Tokens_are_counted_a_second()
    {
        _counters.CountCall(600, 30);

        ProgressFigures figures = At(3);

        Assert.Equal((200.0, 10.0), (figures.TokensReadPerSecond, figures.TokensWrittenPerSecond));
    }

    private ProgressFigures At(int second) => _window.Add(RunSnapshot.Take(_counters, TimeSpan.FromSeconds(second)), stopping: false);

    private void Count(string name, long expected, int done)
    {
        StageCounter stage = _counters.Stage(name);
        stage.Expected = expected;
        for (int i = 0; i < done; i++)
        {
            stage.Enter();
            stage.Leave();
        }
    }
}
