using System.Text.Json;

namespace R2Synth.Bench.Hosted;

/// <summary>What a client process measured of itself; its last line of output.</summary>
internal sealed record ClientFigures
{
    /// <summary>Records asked for.</summary>
    public required int Records { get; init; }

    /// <summary>Records in the shards.</summary>
    public required long Written { get; init; }

    /// <summary>Replies that the model made (not from the cache).</summary>
    public required long Calls { get; init; }

    /// <summary>Questions asked at start, before the first record.</summary>
    public int Probes { get; init; }

    /// <summary>From the first unit to the shards' names.</summary>
    public required double Seconds { get; init; }

    /// <summary>CPU of the whole process, its start included.</summary>
    public required double CpuSeconds { get; init; }

    /// <summary>CPU of the process when the first unit began.</summary>
    public required double StartCpuSeconds { get; init; }

    /// <summary>Peak of the memory that the system counts as the process's.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>Bytes allocated on the managed heap over the run.</summary>
    public required long AllocatedBytes { get; init; }

    /// <summary>Records done at times: milliseconds since 1970, and how many.</summary>
    public required List<long[]> Timeline { get; init; }

    /// <summary>Reads a client's last line.</summary>
    public static ClientFigures Read(string line) => JsonSerializer.Deserialize<ClientFigures>(line) ?? throw new InvalidDataException("The client gave no figures.");

    /// <summary>Records a second between two times, from the timeline.</summary>
    public double RateBetween(long fromMilliseconds, long toMilliseconds)
    {
        List<long[]> within = [.. Timeline.Where(point => point[0] >= fromMilliseconds && point[0] <= toMilliseconds)];
        return within.Count < 2 ? double.NaN : (within[^1][1] - within[0][1]) * 1000.0 / (within[^1][0] - within[0][0]);
    }
}
