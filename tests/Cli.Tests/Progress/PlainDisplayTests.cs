using R2Synth.Cli.Progress;
using R2Synth.Pipeline.Reporting;

namespace R2Synth.Cli.Tests.Progress;

public sealed class PlainDisplayTests
{
    private readonly RunCounters _counters = new();
    private readonly RateWindow _window = new();
    private readonly StringWriter _text = new() { NewLine = "\n" };
    private readonly PlainDisplay _display;

    public PlainDisplayTests() => _display = new PlainDisplay(_text);

    [Fact]
    public void Lines_say_what_has_moved_and_which_stage_ended()
    {
        StageCounter generate = _counters.Stage("gecko/generate");
        StageCounter judge = _counters.Stage("gecko/judge");
        generate.Expected = judge.Expected = 4;
        Pass(generate, 2);
        _counters.CountCall(500, 50);
        _display.Show(At(5));
        _display.Show(At(10));
        Pass(generate, 1);
        generate.Enter();
        generate.Reject();
        Pass(judge, 1);
        _counters.CountHit();
        _display.Show(At(15));
        Pass(judge, 2);
        _display.End(At(18, stopping: true));

        Assert.Equal(
            """
            0:05 gecko/generate 2 of 4, 0.4/s | 1 calls, 0 from the cache, tokens/s 100 read 10.0 written, about 0:05 left of what is under way
            0:15 gecko/generate ended: 4 done, 1 rejected
            0:15 gecko/judge 1 of 4, 0.1/s | 1 calls, 1 from the cache, tokens/s 0.0 read 0.0 written, about 0:30 left of what is under way
            0:18 gecko/judge ended: 3 done, 0 rejected

            """,
            _text.ToString());
    }

    [Fact]
    public void Stopping_is_said()
    {
        _display.Show(At(5));
        _text.GetStringBuilder().Clear();
        _display.Show(At(10, stopping: true));
        _display.Show(At(15, stopping: true));

        Assert.Equal("0:10 0 calls, 0 from the cache, tokens/s 0.0 read 0.0 written, stopping: finishing what is under way\n", _text.ToString());
    }

    [Fact]
    public void Money_is_shown_where_it_is_counted()
    {
        _counters.ShowMoney(0.0123m, 0.10m);
        _display.Show(At(5));

        Assert.Equal("0:05 0 calls, 0 from the cache, tokens/s 0.0 read 0.0 written, $0.0123 of $0.10, time left unknown\n", _text.ToString());
    }

    private ProgressFigures At(int second, bool stopping = false) => _window.Add(RunSnapshot.Take(_counters, TimeSpan.FromSeconds(second)), stopping);

    private static void Pass(StageCounter stage, int units)
    {
        for (int i = 0; i < units; i++)
        {
            stage.Enter();
            stage.Leave();
        }
    }
}
