namespace R2Synth.Pipeline.Reporting;

/// <summary>Counts whole numbers exactly, and shows them in bins. Memory grows with the different numbers, not with the groups.</summary>
internal sealed class Histogram
{
    private readonly SortedDictionary<int, long> _counts = [];

    /// <summary>Counts a number, at least 0.</summary>
    public void Add(int value) => _counts[value] = _counts.GetValueOrDefault(value) + 1;

    /// <summary>The counts in bins of equal width from 0; empty ones at both ends are left out, the last bin takes all that is above.</summary>
    /// <param name="name">The property.</param>
    /// <param name="unit">What is counted.</param>
    /// <param name="width">Numbers in a bin, at least 1.</param>
    /// <param name="bins">Most bins, at least 1.</param>
    public Distribution ToDistribution(string name, string unit, int width, int bins)
    {
        long total = _counts.Values.Sum();
        long[] sums = new long[bins];
        foreach ((int value, long count) in _counts)
        {
            sums[Math.Min(value / width, bins - 1)] += count;
        }

        int first = Array.FindIndex(sums, sum => sum > 0);
        int last = Array.FindLastIndex(sums, sum => sum > 0);
        return new Distribution
        {
            Name = name,
            Unit = unit,
            Bins = total == 0 ? [] : [.. Enumerable.Range(first, last - first + 1).Select(bin => new DistributionBin(Label(bin), sums[bin]))],
            Mean = total == 0 ? null : _counts.Sum(pair => (double)pair.Key * pair.Value) / total,
            Median = total == 0 ? null : Median(total),
        };

        string Label(int bin) => bin == bins - 1 ? $"{bin * width}+" : width == 1 ? $"{bin}" : $"{bin * width}-{((bin + 1) * width) - 1}";
    }

    private int Median(long total)
    {
        long seen = 0;
        foreach ((int value, long count) in _counts)
        {
            seen += count;
            if (2 * seen >= total)
            {
                return value;
            }
        }

        throw new InvalidOperationException("The counts do not add up.");
    }
}
