using System.Globalization;
using R2Synth.Cli.Output;

namespace R2Synth.Cli.Models;

/// <summary>How far a file has come, as plain lines: one now and then, and one at the end.</summary>
internal sealed class ModelProgress(string name, TextWriter writer, TimeProvider clock)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    private long _done;
    private long? _whole;
    private long _began;
    private long _beganAt;
    private long _saidAt;

    public void Begin(long start, long? whole)
    {
        (_done, _began, _whole) = (start, start, whole);
        _beganAt = _saidAt = clock.GetTimestamp();
        string size = whole is { } bytes ? Figures.Bytes(bytes) : "size not known";
        Say(start > 0 ? $"goes on from {Figures.Bytes(start)} of {size}" : size);
    }

    public void Add(int bytes)
    {
        _done += bytes;
        bool last = _done == _whole;
        if (!last && clock.GetElapsedTime(_saidAt) < Interval) return;
        _saidAt = clock.GetTimestamp();
        string share = _whole is { } whole ? $"{(100.0 * _done / whole).ToString("0", CultureInfo.InvariantCulture)} % of {Figures.Bytes(whole)}" : Figures.Bytes(_done);
        double seconds = clock.GetElapsedTime(_beganAt).TotalSeconds;
        Say(seconds > 0 ? $"{share}, {Figures.Bytes((long)((_done - _began) / seconds))} a second" : share);
    }

    public void Say(string text) => writer.WriteLine($"{name}: {text}");
}
