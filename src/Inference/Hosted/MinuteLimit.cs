namespace R2Synth.Inference.Hosted;

/// <summary>
/// At most so much in any sixty seconds, in slots of a quarter of a second. What a request takes is written down where it was sent and put right once it is known. Not thread-safe.
/// </summary>
/// <remarks>A sliding minute, not a bucket that fills: a full bucket would let twice the limit pass in its first minute, which servers that count by the minute refuse.</remarks>
/// <param name="most">The limit; null for none.</param>
internal sealed class MinuteLimit(long? most)
{
    private const int SlotsPerSecond = 4;

    // 240 slots are a minute; with one more, what leaves is at least a minute old.
    private const int Length = (60 * SlotsPerSecond) + 1;

    private readonly long[] _slots = most is null ? [] : new long[Length];

    // Slots are numbered from the ring's length on, so that none that is looked at is below zero.
    private long _newest = Length;
    private long _used;

    /// <summary>Whether so much may be taken now. One that is larger than the limit goes when nothing else was taken.</summary>
    public bool Fits(long amount, TimeSpan now)
    {
        if (most is null) return true;
        Forget(now);
        return _used == 0 || _used + amount <= most;
    }

    /// <summary>Takes it.</summary>
    /// <returns>The slot, for <see cref="Correct"/>.</returns>
    public long Take(long amount, TimeSpan now)
    {
        if (most is null) return 0;
        Forget(now);
        _slots[_newest % Length] += amount;
        _used += amount;
        return _newest;
    }

    /// <summary>Puts right what was taken; without effect once that is more than a minute ago.</summary>
    public void Correct(long slot, long difference, TimeSpan now)
    {
        if (most is null) return;
        Forget(now);
        if (slot <= _newest - Length) return;
        _slots[slot % Length] += difference;
        _used += difference;
    }

    /// <summary>When so much fits, if nothing more is taken before.</summary>
    public TimeSpan FitsAt(long amount, TimeSpan now)
    {
        if (Fits(amount, now)) return now;
        long left = _used, slot = _newest - Length;
        while (left > 0 && left + amount > most) left -= _slots[++slot % Length];
        return TimeSpan.FromSeconds((double)slot / SlotsPerSecond); // the slot leaves Length slots after it came, and is numbered that much too high
    }

    private void Forget(TimeSpan now)
    {
        long newest = Slot(now);
        if (newest - _newest >= Length)
        {
            Array.Clear(_slots);
            (_used, _newest) = (0, newest);
            return;
        }

        while (_newest < newest)
        {
            ref long oldest = ref _slots[++_newest % Length];
            _used -= oldest;
            oldest = 0;
        }
    }

    private static long Slot(TimeSpan now) => Length + (long)(now.TotalSeconds * SlotsPerSecond);
}
