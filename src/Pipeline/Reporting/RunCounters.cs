using R2Synth.Pipeline.Money;

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
    private long _nanos;
    private MoneyCount? _money;

    /// <summary>Model calls made (not answered from the cache).</summary>
    public long Calls => Interlocked.Read(ref _calls);

    /// <summary>Model calls answered from the cache.</summary>
    public long CacheHits => Interlocked.Read(ref _cacheHits);

    /// <summary>Tokens that models read in calls made.</summary>
    public long TokensRead => Interlocked.Read(ref _tokensRead);

    /// <summary>Tokens that models wrote in calls made.</summary>
    public long TokensWritten => Interlocked.Read(ref _tokensWritten);

    /// <summary>What calls made did cost, in US dollars.</summary>
    public decimal Cost => Dollars.FromNanos(Interlocked.Read(ref _nanos));

    /// <summary>The run's money over all its processes; null where nothing costs anything and there is no budget.</summary>
    public MoneyCount? Money => Volatile.Read(ref _money);

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
    /// <param name="tokensRead">Tokens read.</param>
    /// <param name="tokensWritten">Tokens written.</param>
    /// <param name="cost">US dollars; 0 where nothing was paid.</param>
    public void CountCall(long tokensRead, long tokensWritten, decimal cost = 0)
    {
        Interlocked.Add(ref _nanos, Dollars.ToNanos(cost));
        Interlocked.Increment(ref _calls);
        Interlocked.Add(ref _tokensRead, tokensRead);
        Interlocked.Add(ref _tokensWritten, tokensWritten);
    }

    /// <summary>Counts a call that the cache answered.</summary>
    public void CountHit() => Interlocked.Increment(ref _cacheHits);

    /// <summary>Shows how the run's money stands.</summary>
    public void ShowMoney(decimal spent, decimal? budget) =>
        Volatile.Write(ref _money, spent > 0 || budget is not null ? new MoneyCount(spent, budget) : null);
}
