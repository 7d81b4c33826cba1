using System.IO.Compression;
using Parquet;
using R2Synth.Records.Output;

namespace R2Synth.Records;

/// <summary>
/// Writes groups as Parquet (zstd) in the native shard schema. The same groups give the same bytes. Memory is bounded by a row group.
/// The file appears when it is complete. Not thread-safe.
/// </summary>
public sealed class GroupParquetWriter : IAsyncDisposable
{
    /// <summary>Rows of a row group where nothing else is asked for.</summary>
    public const int DefaultRowGroupRows = 1000;

    private readonly string _path;
    private readonly int _rowGroupRows;
    private readonly WholeFile _file;
    private readonly ParquetWriter _parquet;
    private readonly GroupColumns _columns;

    private GroupParquetWriter(string path, int rowGroupRows, WholeFile file, ParquetWriter parquet, GroupSchema schema)
    {
        (_path, _rowGroupRows, _file, _parquet) = (path, rowGroupRows, file, parquet);
        _columns = new GroupColumns(schema);
    }

    /// <summary>Begins a file.</summary>
    /// <param name="path">The file; its folder is made where there is none.</param>
    /// <param name="rowGroupRows">Rows of a row group, at least 1.</param>
    /// <param name="cancellationToken">Ends the opening.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static async Task<GroupParquetWriter> CreateAsync(string path, int rowGroupRows = DefaultRowGroupRows, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowGroupRows, 1);
        GroupSchema schema = new();
        WholeFile file = WholeFile.Create(path);
        GroupParquetWriter? writer = null;
        try
        {
            await WholeFile.GuardAsync(path, async () =>
            {
                // The library's default is zstd's slowest level: a third of a hosted run's CPU, and stages that stand still meanwhile, for a tenth of size.
                ParquetOptions options = new() { CompressionMethod = CompressionMethod.Zstd, CompressionLevel = CompressionLevel.Optimal };
                ParquetWriter parquet = await ParquetWriter.CreateAsync(schema.Schema, file.Stream, options, cancellationToken: cancellationToken);
                writer = new GroupParquetWriter(path, rowGroupRows, file, parquet, schema);
            });
        }
        finally
        {
            if (writer is null)
                await file.DisposeAsync();
        }

        return writer ?? throw new InvalidOperationException($"{path}: was not opened.");
    }

    /// <summary>Adds a group.</summary>
    /// <exception cref="InputException">The disk is full or refuses.</exception>
    public async Task WriteAsync(Group group, CancellationToken cancellationToken = default)
    {
        _columns.Add(group);
        if (_columns.Count >= _rowGroupRows)
            await WholeFile.GuardAsync(_path, () => _columns.WriteAsync(_parquet, cancellationToken));
    }

    /// <summary>Ends the file and gives it its name; nothing can be written after.</summary>
    /// <exception cref="InputException">The disk is full or refuses.</exception>
    public async Task CompleteAsync(CancellationToken cancellationToken = default)
    {
        await WholeFile.GuardAsync(_path, async () =>
        {
            if (_columns.Count > 0)
                await _columns.WriteAsync(_parquet, cancellationToken);
            await _parquet.DisposeAsync();   // writes the footer
        });
        await _file.CompleteAsync(cancellationToken);
    }

    /// <summary>Removes what was written where it was not completed.</summary>
    public ValueTask DisposeAsync() => _file.DisposeAsync();   // disposing the Parquet writer would write a footer
}
