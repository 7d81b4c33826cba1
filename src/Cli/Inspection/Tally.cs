namespace R2Synth.Cli.Inspection;

/// <summary>Counts by name, in ordinal order.</summary>
internal sealed class Tally
{
    private readonly SortedDictionary<string, long> _counts = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, long> Counts => _counts;

    public long Total => _counts.Values.Sum();

    public long this[string name] => _counts.GetValueOrDefault(name);

    public void Add(string name) => _counts[name] = _counts.GetValueOrDefault(name) + 1;
}
