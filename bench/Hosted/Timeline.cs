namespace R2Synth.Bench.Hosted;

/// <summary>How many records were done when, a point every 100 records. Thread-safe.</summary>
internal sealed class Timeline
{
    private int _done;

    /// <summary>Milliseconds since 1970, and records done.</summary>
    public List<long[]> Points { get; } = [];

    /// <summary>One more is done.</summary>
    public void Count()
    {
        int done = Interlocked.Increment(ref _done);
        if (done % 100 != 0) return;
        long now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        lock (Points) Points.Add([now, done]);
    }
}
