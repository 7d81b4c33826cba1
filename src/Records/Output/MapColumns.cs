using Parquet.Schema;

namespace R2Synth.Records.Output;

/// <summary>The two columns of a map.</summary>
internal sealed class MapColumns<T>(MapField map)
    where T : struct
{
    private readonly int _level = map.MaxRepetitionLevel;
    private readonly int _empty = map.MaxDefinitionLevel - 1;

    public LeafColumn<ReadOnlyMemory<char>> Keys { get; } = new((DataField)map.Key);

    public LeafColumn<T> Values { get; } = new((DataField)map.Value);

    public void AddAbsent(int definition, int repetition)
    {
        Keys.AddAbsent(definition, repetition);
        Values.AddAbsent(definition, repetition);
    }

    public void Add(IEnumerable<KeyValuePair<string, T>> entries, int repetition)
    {
        bool isEmpty = true;
        foreach ((string name, T value) in entries.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            Keys.Add(name.AsMemory(), isEmpty ? repetition : _level);
            Values.Add(value, isEmpty ? repetition : _level);
            isEmpty = false;
        }

        if (isEmpty)
            AddAbsent(_empty, repetition);
    }
}
