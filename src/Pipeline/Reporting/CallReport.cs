using R2Synth.Pipeline.Money;

namespace R2Synth.Pipeline.Reporting;

/// <summary>What the models did in one process.</summary>
internal sealed record CallReport
{
    /// <summary>Calls made.</summary>
    public required long Calls { get; init; }

    /// <summary>Calls answered from the cache.</summary>
    public required long CacheHits { get; init; }

    /// <summary>Tokens read in calls made.</summary>
    public required long TokensRead { get; init; }

    /// <summary>Tokens written in calls made.</summary>
    public required long TokensWritten { get; init; }

    /// <summary>US dollars that these calls did cost.</summary>
    public decimal Cost { get; init; }

    /// <summary>The run's money over all its processes; null where nothing costs anything.</summary>
    public MoneyCount? Money { get; init; }

    /// <summary>What live counters stand at.</summary>
    public static CallReport Of(RunCounters counters) => new()
    {
        Calls = counters.Calls,
        CacheHits = counters.CacheHits,
        TokensRead = counters.TokensRead,
        TokensWritten = counters.TokensWritten,
        Cost = counters.Cost,
        Money = counters.Money,
    };
}
