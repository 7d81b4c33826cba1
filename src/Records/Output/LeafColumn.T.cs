using Parquet;
using Parquet.Schema;

namespace R2Synth.Records.Output;

/// <summary>A column of values of one type; texts are <c>ReadOnlyMemory&lt;char&gt;</c>.</summary>
internal sealed class LeafColumn<T>(DataField field) : LeafColumn(field)
    where T : struct
{
    private readonly List<T> _values = [];

    /// <summary>Adds a value.</summary>
    /// <param name="value">The value; null is a place without one.</param>
    /// <param name="repetition">The level that repeats; 0 begins a row.</param>
    public void Add(T? value, int repetition)
    {
        AddAbsent(value is null ? MaxDefinition - 1 : MaxDefinition, repetition);
        if (value is T present)
            _values.Add(present);
    }

    protected override async Task WriteAsync(ParquetRowGroupWriter rowGroup, ReadOnlyMemory<int>? definitions, ReadOnlyMemory<int>? repetitions, CancellationToken cancellationToken)
    {
        await rowGroup.WriteAllPartsAsync<T>(Field, _values.ToArray(), definitions, repetitions, cancellationToken);
        _values.Clear();
    }
}
