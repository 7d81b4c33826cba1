using Parquet;
using Parquet.Schema;

namespace R2Synth.Records.Output;

/// <summary>A column of a row group with its levels, as Parquet stores nested rows (Dremel, Melnik et al. 2010).</summary>
internal abstract class LeafColumn(DataField field)
{
    private readonly List<int> _definitions = [];
    private readonly List<int> _repetitions = [];

    protected DataField Field { get; } = field;

    protected int MaxDefinition => Field.MaxDefinitionLevel;

    /// <summary>Adds a place without a value.</summary>
    /// <param name="definition">How many of the optional and repeated levels above are there.</param>
    /// <param name="repetition">The level that repeats; 0 begins a row.</param>
    public void AddAbsent(int definition, int repetition)
    {
        _definitions.Add(definition);
        _repetitions.Add(repetition);
    }

    /// <summary>Writes what was added and begins anew.</summary>
    public async Task WriteAsync(ParquetRowGroupWriter rowGroup, CancellationToken cancellationToken)
    {
        await WriteAsync(
            rowGroup,
            MaxDefinition > 0 ? _definitions.ToArray().AsMemory() : default(ReadOnlyMemory<int>?),
            Field.MaxRepetitionLevel > 0 ? _repetitions.ToArray().AsMemory() : default(ReadOnlyMemory<int>?),
            cancellationToken);
        _definitions.Clear();
        _repetitions.Clear();
    }

    protected abstract Task WriteAsync(ParquetRowGroupWriter rowGroup, ReadOnlyMemory<int>? definitions, ReadOnlyMemory<int>? repetitions, CancellationToken cancellationToken);
}
