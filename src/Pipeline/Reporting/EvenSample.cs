namespace R2Synth.Pipeline.Reporting;

/// <summary>Keeps some units of a stream of unknown length, evenly spread: every one at first, then every second, every fourth ...</summary>
/// <param name="capacity">Most units kept, at least 2.</param>
internal sealed class EvenSample<T>(int capacity)
{
    private readonly List<T> _kept = [];
    private long _seen;
    private long _stride = 1;

    /// <summary>Takes a unit in.</summary>
    public void Add(T unit)
    {
        if (_seen++ % _stride != 0)
        {
            return;
        }

        _kept.Add(unit);
        if (_kept.Count > capacity)
        {
            _stride *= 2;
            int place = 0;
            _kept.RemoveAll(_ => place++ % 2 == 1);
        }
    }

    /// <summary>At most <paramref name="count"/> of the units kept, in order, evenly spread.</summary>
    public IReadOnlyList<T> Take(int count)
    {
        int taken = Math.Min(count, _kept.Count);
        return [.. Enumerable.Range(0, taken).Select(i => _kept[(int)((long)i * _kept.Count / taken)])];
    }
}
