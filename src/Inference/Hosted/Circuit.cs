namespace R2Synth.Inference.Hosted;

/// <summary>
/// Takes an endpoint out when it cannot be reached, or fails again and again, and lets one request after a growing pause find out whether it is back. Not thread-safe.
/// </summary>
/// <remarks>Not Polly's: that one refuses, where a fleet has to know beforehand where to send and when to try.</remarks>
internal sealed class Circuit(HostedTimes times)
{
    /// <summary>Failures in a row that open it. With a tenth of requests failing at random this happens once in 10^10.</summary>
    private const int InARow = 10;

    private int _failedInARow;
    private TimeSpan _pause;
    private TimeSpan _probeAt;
    private bool _probing;

    /// <summary>Whether the endpoint is out.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Failures that took it out and kept it out, 0 while it is in.</summary>
    public int Failures { get; private set; }

    /// <summary>When one request may try it; null while it is in, or while one does.</summary>
    public TimeSpan? ProbeAt => IsOpen && !_probing ? _probeAt : null;

    /// <summary>Sends a request to find out.</summary>
    public void BeginProbe() => _probing = true;

    /// <summary>Notes a request that ended without an answer or a failure.</summary>
    public void EndProbe() => _probing = false;

    /// <summary>Notes an answer, whatever it says.</summary>
    public void Answered() => (IsOpen, Failures, _failedInARow, _probing) = (false, 0, 0, false);

    /// <summary>Notes a failure.</summary>
    /// <param name="unreachable">No connection came about.</param>
    /// <param name="probe">The request was to find out whether the endpoint is back.</param>
    /// <param name="now">The time.</param>
    public void Failed(bool unreachable, bool probe, TimeSpan now)
    {
        _failedInARow++;
        if (IsOpen && !probe) return; // sent before it was taken out
        if (!IsOpen && !unreachable && _failedInARow < InARow) return;
        _pause = !IsOpen ? times.FirstProbe : _pause * 2 > times.LongestProbe ? times.LongestProbe : _pause * 2;
        (IsOpen, _probing, _probeAt) = (true, false, now + _pause);
        Failures++;
    }
}
