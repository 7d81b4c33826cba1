using System.Runtime.CompilerServices;
using Parquet;
using R2Synth.Records.Output;

namespace R2Synth.Records;

/// <summary>Reads groups from a shard in the native schema. Thread-safe.</summary>
public static class GroupParquetReader
{
    /// <summary>The groups in the order of the file; memory is bounded by its largest row group.</summary>
    /// <exception cref="InputException">The file cannot be read or is not such a shard.</exception>
    public static async IAsyncEnumerable<Group> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await using ParquetReader file = await GuardAsync(path, () => ParquetReader.CreateAsync(path, cancellationToken: cancellationToken));
        for (int i = 0; i < file.RowGroupCount; i++)
        {
            using ParquetRowGroupReader rowGroup = file.OpenRowGroupReader(i);
            foreach (Group group in await GuardAsync(path, () => GroupRows.ReadAsync(rowGroup, file.Schema, cancellationToken)))
                yield return group;
        }
    }

    private static async Task<T> GuardAsync<T>(string path, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException or ParquetException or IndexOutOfRangeException)
        {
            throw new InputException($"{path}: cannot be read as a shard: {e.Message} Name a file that R2Synth wrote, whole.", e);
        }
    }
}
