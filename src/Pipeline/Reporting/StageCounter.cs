namespace R2Synth.Pipeline.Reporting;

/// <summary>Live counts of one stage: in = out + rejected once it has ended. Thread-safe.</summary>
public sealed class StageCounter(string name)
{
    private readonly Lock _advance = new();
    private long _expected;
    private long _entered;
    private long _left;
    private long _rejected;

    /// <summary>Recipe and stage.</summary>
    public string Name { get; } = name;

    /// <summary>Units that will come, as far as it is known; 0 when it is not.</summary>
    public long Expected
    {
        get => Interlocked.Read(ref _expected);
        set => Interlocked.Exchange(ref _expected, value);
    }

    /// <summary>Units that came in.</summary>
    public long Entered => Interlocked.Read(ref _entered);

    /// <summary>Units that went on.</summary>
    public long Left => Interlocked.Read(ref _left);

    /// <summary>Units that were rejected.</summary>
    public long Rejected => Interlocked.Read(ref _rejected);

    /// <summary>One unit less will come: it was rejected before.</summary>
    public void ExpectLess() => Interlocked.Decrement(ref _expected);

    /// <summary>Counts one in.</summary>
    public void Enter() => Interlocked.Increment(ref _entered);

    /// <summary>Counts one out.</summary>
    public void Leave() => Interlocked.Increment(ref _left);

    /// <summary>Counts in and out up to a number, for work that reports how far it is, from any thread and in any order.</summary>
    /// <param name="done">What is done; less than before changes nothing.</param>
    public void AdvanceTo(long done)
    {
        lock (_advance)
        {
            while (Entered < done)
            {
                Enter();
                Leave();
            }
        }
    }

    /// <summary>Counts one rejected.</summary>
    public void Reject() => Interlocked.Increment(ref _rejected);
}
