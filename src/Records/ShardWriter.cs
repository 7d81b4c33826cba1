using System.Globalization;
using System.Text.RegularExpressions;

namespace R2Synth.Records;

/// <summary>
/// Writes a split as shards: <c>train-00000-of-0000N.parquet</c>, and <c>.jsonl</c> beside it on request. Until <see cref="CompleteAsync"/> the folder
/// holds hidden parts only; then the shards get their names, and shards of an earlier run of the same split that are not among them go.
/// The same groups give the same files. Not thread-safe.
/// </summary>
public sealed partial class ShardWriter : IAsyncDisposable
{
    private readonly string _folder;
    private readonly string _split;
    private readonly int _shardGroups;
    private readonly bool _jsonl;
    private int _shards;
    private int _rows;
    private string? _lastId;
    private GroupParquetWriter? _parquet;
    private GroupJsonlWriter? _lines;

    /// <summary>Prepares the shards of a split; nothing is written before the first group.</summary>
    /// <param name="folder">The folder; made where there is none. Parts that a killed run left there are removed.</param>
    /// <param name="split">Lower-case letters and digits: <c>train</c>, <c>dev</c>.</param>
    /// <param name="shardGroups">Groups in a shard, at least 1.</param>
    /// <param name="jsonl">Whether to write JSONL too.</param>
    /// <exception cref="ArgumentException"><paramref name="split"/> or <paramref name="shardGroups"/> is not as said.</exception>
    /// <exception cref="InputException">The folder cannot be written.</exception>
    public ShardWriter(string folder, string split, int shardGroups, bool jsonl = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(shardGroups, 1);
        if (!SplitName().IsMatch(split))
            throw new ArgumentException($"'{split}' is not the name of a split: lower-case letters and digits only.", nameof(split));
        (_folder, _split, _shardGroups, _jsonl) = (folder, split, shardGroups, jsonl);
        WholeFile.Guard(folder, RemoveParts);
    }

    /// <summary>Groups written so far.</summary>
    public long Groups { get; private set; }

    /// <summary>Adds a group.</summary>
    /// <param name="group">Its id is above the one before in ordinal order.</param>
    /// <param name="cancellationToken">Ends the writing.</param>
    /// <exception cref="ArgumentException">The id is not above the one before.</exception>
    /// <exception cref="InputException">The disk is full or refuses.</exception>
    public async Task WriteAsync(Group group, CancellationToken cancellationToken = default)
    {
        if (_lastId is not null && string.CompareOrdinal(_lastId, group.Id) >= 0)
            throw new ArgumentException($"Group '{group.Id}' comes after '{_lastId}', but shards are written in ordinal order of ids, each once.", nameof(group));
        if (_rows == _shardGroups)
            await CloseShardAsync(cancellationToken);
        if (_parquet is null)
            await OpenShardAsync(cancellationToken);
        await _parquet!.WriteAsync(group, cancellationToken);   // just opened
        if (_lines is not null)
            await _lines.WriteAsync(group, cancellationToken);
        (_lastId, _rows, Groups) = (group.Id, _rows + 1, Groups + 1);
    }

    /// <summary>Ends the last shard, gives all their names, and removes other shards of the split.</summary>
    /// <returns>The paths of the shards, Parquet before JSONL; none where no group was written.</returns>
    /// <exception cref="InputException">The disk is full or refuses.</exception>
    public async Task<IReadOnlyList<string>> CompleteAsync(CancellationToken cancellationToken = default)
    {
        await CloseShardAsync(cancellationToken);
        List<string> paths = [];
        WholeFile.Guard(_folder, () =>
        {
            foreach (string extension in Extensions())
            {
                for (int i = 0; i < _shards; i++)
                {
                    string path = Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $"{_split}-{i:00000}-of-{_shards:00000}{extension}"));
                    File.Move(PartPath(i, extension), path, overwrite: true);
                    paths.Add(path);
                }
            }

            RemoveStale(paths);
        });
        return paths;
    }

    /// <summary>Removes the parts where the split was not completed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_parquet is not null)
            await _parquet.DisposeAsync();
        if (_lines is not null)
            await _lines.DisposeAsync();
        (_parquet, _lines) = (null, null);
        RemoveParts();
    }

    private IEnumerable<string> Extensions() => _jsonl ? [".parquet", ".jsonl"] : [".parquet"];

    // A leading dot: no reader takes a part for a shard.
    private string PartPath(int shard, string extension) =>
        Path.Combine(_folder, string.Create(CultureInfo.InvariantCulture, $".{_split}-{shard:00000}{extension}.part"));

    private async Task OpenShardAsync(CancellationToken cancellationToken)
    {
        _parquet = await GroupParquetWriter.CreateAsync(PartPath(_shards, ".parquet"), cancellationToken: cancellationToken);
        _lines = _jsonl ? new GroupJsonlWriter(PartPath(_shards, ".jsonl")) : null;
        _shards++;
        _rows = 0;
    }

    private async Task CloseShardAsync(CancellationToken cancellationToken)
    {
        if (_parquet is not null)
        {
            await _parquet.CompleteAsync(cancellationToken);
            await _parquet.DisposeAsync();
        }

        if (_lines is not null)
        {
            await _lines.CompleteAsync(cancellationToken);
            await _lines.DisposeAsync();
        }

        (_parquet, _lines) = (null, null);
    }

    private void RemoveParts()
    {
        if (!Directory.Exists(_folder))
            return;
        foreach (string part in Directory.GetFiles(_folder, $".{_split}-*"))
            if (PartName().Match(Path.GetFileName(part)) is { Success: true } match && match.Groups["split"].Value == _split)
                File.Delete(part);
    }

    private void RemoveStale(List<string> paths)
    {
        HashSet<string> written = [.. paths.Select(p => Path.GetFileName(p))];
        if (!Directory.Exists(_folder))
            return;
        foreach (string file in Directory.GetFiles(_folder, $"{_split}-*"))
        {
            string name = Path.GetFileName(file);
            if (ShardName().Match(name) is { Success: true } match && match.Groups["split"].Value == _split && !written.Contains(name))
                File.Delete(file);
        }
    }

    [GeneratedRegex("^[a-z0-9]+$")]
    private static partial Regex SplitName();

    [GeneratedRegex(@"^(?<split>[a-z0-9]+)-\d{5,}-of-\d{5,}\.(?:parquet|jsonl)$")]
    private static partial Regex ShardName();

    [GeneratedRegex(@"^\.(?<split>[a-z0-9]+)-\d{5,}\.(?:parquet|jsonl)\.part(?:\.tmp)?$")]
    private static partial Regex PartName();
}
