namespace R2Synth.Inference.Hosted;

/// <summary>
/// Tells a server that has become slow from replies that are longer. Compares means over <see cref="Sample"/> replies with a floor that follows quickly downwards and slowly upwards, so
/// that noise never looks like a rise and a lasting change becomes the new floor. Not thread-safe.
/// </summary>
internal sealed class LatencyFloor
{
    /// <summary>With replies of exponential length a mean over so many is off by 18 %; a false rise to <see cref="Rise"/> is past four times that.</summary>
    private const int Sample = 32;

    private const double Rise = 2;

    private const double Most = 0.25;

    private double _seconds, _work, _floor, _floorPerWork;
    private int _count;

    /// <summary>Share of answers that count as marked, 0 to 1/4: 0 up to twice the floor, both in time and in time for the work done.</summary>
    public double Excess { get; private set; }

    /// <summary>Adds a reply.</summary>
    public void Add(double seconds, double work)
    {
        _seconds += seconds;
        _work += work;
        if (++_count < Sample) return;
        double mean = _seconds / _count, perWork = _seconds / _work;
        (_seconds, _work, _count) = (0, 0, 0);
        if (_floor <= 0)
        {
            (_floor, _floorPerWork) = (mean, perWork);
            return;
        }

        // A run that begins to ask for longer replies raises the first, one that asks for shorter ones the second.
        double rise = Math.Min(mean / _floor, perWork / _floorPerWork);
        Excess = rise > Rise ? Math.Min(Most, 1 - (Rise / rise)) : 0;
        _floor = Follow(_floor, mean);
        _floorPerWork = Follow(_floorPerWork, perWork);
    }

    private static double Follow(double floor, double value) => floor + ((value - floor) * (value < floor ? 1.0 / 8 : 1.0 / 64));
}
