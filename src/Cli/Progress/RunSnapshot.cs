using R2Synth.Pipeline.Money;
using R2Synth.Pipeline.Reporting;

namespace R2Synth.Cli.Progress;

/// <summary>A run's counters at one moment.</summary>
internal sealed record RunSnapshot
{
    /// <summary>Time since the run began.</summary>
    public required TimeSpan Elapsed { get; init; }

    /// <summary>The stages in the order in which they began.</summary>
    public required IReadOnlyList<StageSnapshot> Stages { get; init; }

    public required long Calls { get; init; }

    public required long CacheHits { get; init; }

    public required long TokensRead { get; init; }

    public required long TokensWritten { get; init; }

    /// <summary>The run's money; null where nothing costs anything.</summary>
    public MoneyCount? Money { get; init; }

    /// <summary>Copies the counters.</summary>
    public static RunSnapshot Take(RunCounters counters, TimeSpan elapsed) => new()
    {
        Elapsed = elapsed,
        Stages = [.. counters.Stages.Select(s => new StageSnapshot(s.Name, s.Expected, s.Left + s.Rejected, s.Rejected))],
        Calls = counters.Calls,
        CacheHits = counters.CacheHits,
        TokensRead = counters.TokensRead,
        TokensWritten = counters.TokensWritten,
        Money = counters.Money,
    };

    /// <summary>Whether anything but the clock has moved since another snapshot.</summary>
    public bool Moved(RunSnapshot? earlier) =>
        earlier is null || Calls != earlier.Calls || CacheHits != earlier.CacheHits || Money != earlier.Money || !Stages.SequenceEqual(earlier.Stages);
}
