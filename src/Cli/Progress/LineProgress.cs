using R2Synth.Cli.Output;

namespace R2Synth.Cli.Progress;

/// <summary>How far a piece of work has come, as plain lines: one now and then, and one at its end. Thread-safe.</summary>
internal sealed class LineProgress(TextWriter writer, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private string? _what;
    private long _began;
    private long _saidAt;
    private int _first;
    private int _last;

    /// <summary>Says it where it is time to, or where it is the last.</summary>
    /// <param name="what">The piece of work, for instance <c>dense: passages embedded</c>.</param>
    /// <param name="done">How much of it is done.</param>
    /// <param name="of">How much there is.</param>
    public void Report(string what, int done, int of)
    {
        lock (_gate)
        {
            if (what != _what)
            {
                (_what, _first, _last) = (what, done, 0);
                _began = _saidAt = clock.GetTimestamp();
            }

            if (done <= _last || (done < of && clock.GetElapsedTime(_saidAt) < Interval)) return;
            _last = done;
            _saidAt = clock.GetTimestamp();
            double seconds = clock.GetElapsedTime(_began).TotalSeconds;
            string rate = seconds > 1 && done > _first ? $", {Figures.Rate((done - _first) / seconds)} a second" : "";
            writer.WriteLine($"{what}: {Figures.Count(done)} of {Figures.Count(of)}{rate}");
        }
    }
}
