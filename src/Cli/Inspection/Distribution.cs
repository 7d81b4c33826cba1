namespace R2Synth.Cli.Inspection;

/// <summary>Counts of whole numbers: memory grows with the different values, not with their number.</summary>
internal sealed class Distribution
{
    private readonly SortedDictionary<int, long> _counts = [];

    public long Total { get; private set; }

    public int Minimum => _counts.Keys.FirstOrDefault();

    public int Maximum => _counts.Keys.LastOrDefault();

    public double Mean => Total == 0 ? 0 : _counts.Sum(c => (double)c.Key * c.Value) / Total;

    public void Add(int value)
    {
        _counts[value] = _counts.GetValueOrDefault(value) + 1;
        Total++;
    }

    /// <summary>The nearest-rank percentile: the smallest value that at least this share does not exceed; 0 for none.</summary>
    /// <param name="share">In (0, 1].</param>
    public int Percentile(double share)
    {
        long rank = (long)Math.Ceiling(share * Total);
        long seen = 0;
        foreach ((int value, long count) in _counts)
        {
            seen += count;
            if (seen >= rank) return value;
        }

        return 0;
    }
}
