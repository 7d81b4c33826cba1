using Parquet;
using Parquet.Data;
using Parquet.Schema;

namespace R2Synth.Records.Output;

/// <summary>Goes through a column of a row group value by value.</summary>
internal sealed class LeafCursor<T>
    where T : struct
{
    private readonly T[] _values;
    private readonly int[] _definitions;
    private readonly int[] _repetitions;
    private readonly int _maxDefinition;
    private int _place;
    private int _value;

    private LeafCursor(RawColumnData<T> column, DataField field)
    {
        _values = column.Values.ToArray();
        _maxDefinition = field.MaxDefinitionLevel;
        _definitions = _maxDefinition > 0 ? column.DefinitionLevels.ToArray() : [];
        _repetitions = field.MaxRepetitionLevel > 0 ? column.RepetitionLevels.ToArray() : [];
    }

    /// <summary>Whether the next place continues a repetition at or below a level.</summary>
    public bool Repeats(int level) => _place < _repetitions.Length && _repetitions[_place] >= level;

    /// <summary>The next value; null where the place has none.</summary>
    public T? Next()
    {
        bool present = _definitions.Length == 0 || _definitions[_place] == _maxDefinition;
        _place++;
        return present ? _values[_value++] : null;
    }

    public static async Task<LeafCursor<T>> ReadAsync(ParquetRowGroupReader rowGroup, DataField field, CancellationToken cancellationToken)
    {
        using RawColumnData column = await rowGroup.ReadRawColumnDataBaseAsync(field, cancellationToken);
        return column is RawColumnData<T> typed
            ? new LeafCursor<T>(typed, field)
            : throw new InvalidDataException($"Column '{field.Path}' holds {field.ClrType.Name}, not {typeof(T).Name}.");
    }
}
