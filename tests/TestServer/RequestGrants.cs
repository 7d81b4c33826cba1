namespace R2Synth.Testing;

/// <summary>Requests a minute, granted as they accrue; at most those of one second are kept. Thread-safe.</summary>
internal sealed class RequestGrants(int perMinute, TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly double _most = Math.Max(perMinute / 60.0, 1);
    private double _left = Math.Max(perMinute / 60.0, 1);
    private long _at = time.GetTimestamp();

    /// <summary>Takes one if there is one.</summary>
    public bool TryTake()
    {
        lock (_gate)
        {
            long now = time.GetTimestamp();
            _left = Math.Min(_left + (time.GetElapsedTime(_at, now).TotalMinutes * perMinute), _most);
            _at = now;
            if (_left < 1) return false;
            _left--;
            return true;
        }
    }
}
