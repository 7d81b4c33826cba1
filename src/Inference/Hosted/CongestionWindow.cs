namespace R2Synth.Inference.Hosted;

/// <summary>
/// How many requests an endpoint may have under way: grows by a small step with each window of answers, and shrinks by the smoothed share of answers that say
/// "too much" (429, 503, or a latency well above the endpoint's own). Not thread-safe; <see cref="HostedFleet"/> calls it under its lock.
/// </summary>
/// <remarks>
/// DCTCP's rule (RFC 8257, section 3.3), with three differences. It begins at the top, since the setting says what the server is meant to take. The step is taken in marked
/// windows too, so that a share below 2/<see cref="Steps"/> (a server that refuses at random) holds nothing back, where the RFC's rule would settle 5 % of refusals near 20 places.
/// The gain is 1/4 instead of 1/16: a window here lasts a reply's whole time, and a server that refuses three of four must not do so sixteen windows long.
/// </remarks>
/// <param name="most">The setting's <c>MaxInFlight</c>, at least 1.</param>
internal sealed class CongestionWindow(int most)
{
    private const double Gain = 0.25;

    private const int Steps = 32;

    private readonly LatencyFloor _latency = new();
    private double _size = most;
    private double _smoothedShare;
    private int _answers, _marked;
    private bool _full;

    /// <summary>Requests that may be under way or cooling down (<see cref="EndpointState"/>), at least 1. May pass <c>most</c> by an eighth, so that places that cool down after a lone refusal leave none idle.</summary>
    public int Places => (int)_size;

    /// <summary>Notes a request sent.</summary>
    /// <param name="underWay">Requests under way or cooling down, this one included.</param>
    public void Sent(int underWay) => _full |= underWay >= Math.Min(most, Places);

    /// <summary>Notes a reply.</summary>
    /// <param name="latency">From sending to the end of the body.</param>
    /// <param name="work">What it asked of the server: tokens written and, by far the cheaper, read. At least 1.</param>
    public void Served(TimeSpan latency, double work)
    {
        _latency.Add(latency.TotalSeconds, work);
        Count(marked: false);
    }

    /// <summary>Notes a refusal: 429 or 503.</summary>
    public void Refused() => Count(marked: true);

    private void Count(bool marked)
    {
        _answers++;
        if (marked) _marked++;
        if (_answers < Places) return;
        double share = (double)_marked / _answers;
        // Latency alone says less than a refusal: it never takes more than three quarters.
        if (_full && _size > most / 4.0) share = Math.Max(share, _latency.Excess);
        _smoothedShare += Gain * (share - _smoothedShare);
        double next = share > 0 ? _size * (1 - (_smoothedShare / 2)) : _size;
        if (_full) next += share > 0 ? _size / Steps : Math.Max(1, _size / Steps);
        _size = Math.Clamp(next, 1, most * 1.125);
        (_answers, _marked, _full) = (0, 0, false);
    }
}
