namespace R2Synth.Pipeline.Reporting;

/// <summary>Live counts of a run, for progress and the report. Thread-safe; nothing in a shard depends on them.</summary>
public sealed class RunCounters
{
    private readonly Dictionary<string, StageCounter> _stages = new(StringComparer.Ordinal);
    private readonly List<StageCounter> _order = [];
    private long _calls;
    private long _cacheHits;
    private long _tokensRead;
    private long _tokensWritten;

    /// <summary>Model calls made (not answered from the cache).</summary>
    public long Calls => Interlocked.Read(ref _calls);

    /// <summary>Model calls answered from the cache.</summary>
    public long CacheHits => Interlocked.Read(ref _cacheHits);

    /// <summary>Tokens that models read in calls made.</summary>
    public long TokensRead => Interlocked.Read(ref _tokensRead);

    /// <summary>Tokens that models wrote in calls made.</summary>
    public long TokensWritten => Interlocked.Read(ref _tokensWritten);

    /// <summary>The stages in the order in which they were first named.</summary>
    public IReadOnlyList<StageCounter> Stages
    {
        get
        {
            lock (_order)
            {
                return [.. _order];
            }
        }
    }

    /// <summary>The counter of a stage, made on first use.</summary>
    /// <param name="name">Recipe and stage, for instance <c>gecko/judge</c>.</param>
    public StageCounter Stage(string name)
    {
        lock (_order)
        {
            if (!_stages.TryGetValue(name, out StageCounter? counter))
            {
                _stages[name] = counter = new StageCounter(name);
                _order.Add(counter);
            }

            return counter;
        }
    }

    /// <summary>Counts a call that a model answered.</summary>
    public void CountCall(long tokensRead, long tokensWritten)
    {
        Interlocked.Increment(ref _calls);
        Interlocked.Add(ref _tokensRead, tokensRead);
        Interlocked.Add(ref _tokensWritten, tokensWritten);
    }

    /// <summary>Counts a call that the cache answered.</summary>
    public void CountHit() => Interlocked.Increment(ref _cacheHits);
}
