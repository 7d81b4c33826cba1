namespace R2Synth.Inference.Hosted;

/// <summary>
/// A limit for each minute, let out evenly: a bucket that holds one second's share. What a request takes is put right once it is known. Not thread-safe.
/// </summary>
/// <remarks>
/// Evenly, because large providers count by the second (60,000 a minute are 1,000 a second), where a whole minute's share at once would be refused. With a 61st of the limit a second, and as
/// much in the bucket, no sixty seconds let out more than the limit; of tokens, which come by requests, at most one request more.
/// </remarks>
/// <param name="most">The limit; null for none.</param>
internal sealed class MinuteLimit(long? most)
{
    private readonly double _perSecond = (most ?? 0) / 61.0;
    private double _left = Math.Max(1, (most ?? 0) / 61.0);
    private TimeSpan _at;

    private double Room => Math.Max(1, _perSecond);

    /// <summary>Whether so much may be taken now. What is larger than the bucket may be taken from a full one, and is waited for afterwards.</summary>
    public bool Fits(long amount, TimeSpan now) => most is null || FitsAt(amount, now) <= now;

    /// <summary>When so much may be taken, if nothing more is taken before.</summary>
    public TimeSpan FitsAt(long amount, TimeSpan now)
    {
        if (most is null) return now;
        Fill(now);
        double missing = Math.Min(amount, Room) - _left;
        return missing <= 0 ? now : now + TimeSpan.FromSeconds(missing / _perSecond);
    }

    /// <summary>Takes it.</summary>
    public void Take(long amount, TimeSpan now)
    {
        if (most is null) return;
        Fill(now);
        _left -= amount;
    }

    private void Fill(TimeSpan now)
    {
        _left = Math.Min(Room, _left + (_perSecond * (now - _at).TotalSeconds));
        _at = now;
    }
}
