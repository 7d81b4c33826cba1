using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Recipes;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Pipeline;

/// <summary>The sink of a run: groups to the shards of their split, rejects to <c>rejects.jsonl</c>, both in id order. Not thread-safe.</summary>
internal sealed class RunOutput : IAsyncDisposable
{
    /// <summary>Faults of replies, as opposed to filters that do their work: too many of them end the run.</summary>
    private static readonly HashSet<string> Faults = new(["not-json", "wrong-schema", "cut-off", "refused", "empty", UnitFlow.CallFailed], StringComparer.Ordinal);

    private const int FewestUnits = 20; // before a share says anything
    private readonly RunFolder _folder;
    private readonly PipelineOptions _options;
    private readonly ShardWriter _train;
    private readonly ShardWriter _dev;
    private readonly RejectWriter _rejects;
    private readonly Dictionary<string, SortedDictionary<string, int>> _reasons = new(StringComparer.Ordinal);
    private long _units;
    private long _faults;

    /// <summary>Prepares the files of a run; none has its name before <see cref="CompleteAsync"/>.</summary>
    public RunOutput(RunFolder folder, PipelineOptions options)
    {
        (_folder, _options) = (folder, options);
        _train = new ShardWriter(folder.File("shards"), "train", options.ShardGroups, jsonl: true);
        _dev = new ShardWriter(folder.File("shards"), "dev", options.ShardGroups, jsonl: true);
        _rejects = new RejectWriter(folder.File("rejects.jsonl"));
    }

    /// <summary>What the report says of the groups.</summary>
    public GroupStatistics Statistics { get; } = new();

    /// <summary>Groups in the train split.</summary>
    public long TrainGroups => _train.Groups;

    /// <summary>Groups in the dev split.</summary>
    public long DevGroups => _dev.Groups;

    /// <summary>Rejected units of a recipe by stage and reason.</summary>
    public SortedDictionary<string, int> RejectsOf(string recipe) => _reasons.GetValueOrDefault(recipe) ?? new SortedDictionary<string, int>(StringComparer.Ordinal);

    /// <summary>Takes the next unit, in id order.</summary>
    /// <exception cref="InputException">More replies than <see cref="PipelineOptions.MaxFailedShare"/> allows were of no use, or the disk refuses.</exception>
    public async ValueTask WriteAsync(Unit<Group> unit, CancellationToken cancellationToken)
    {
        _units++;
        if (unit.Reject is { } reject)
        {
            await WriteAsync(reject, cancellationToken);
            CheckFaults(reject);
            return;
        }

        Group group = unit.Value!;
        Statistics.Add(group);
        await (IsDev(group) ? _dev : _train).WriteAsync(group, cancellationToken);
    }

    /// <summary>Takes a reject that is not a unit's.</summary>
    public async Task WriteAsync(Reject reject, CancellationToken cancellationToken)
    {
        if (!_reasons.TryGetValue(reject.Recipe, out SortedDictionary<string, int>? reasons)) _reasons[reject.Recipe] = reasons = new(StringComparer.Ordinal);
        string reason = $"{reject.Stage}/{reject.Reason}";
        reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
        await _rejects.WriteAsync(reject, cancellationToken);
    }

    /// <summary>Gives all files their names.</summary>
    /// <returns>The shards, relative to the run's folder.</returns>
    public async Task<IReadOnlyList<string>> CompleteAsync(CancellationToken cancellationToken)
    {
        string[] shards = [.. await _train.CompleteAsync(cancellationToken), .. await _dev.CompleteAsync(cancellationToken)];
        await _rejects.CompleteAsync(cancellationToken);
        return [.. shards.Select(path => Path.GetRelativePath(_folder.Path, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];
    }

    /// <summary>Removes what has no name yet.</summary>
    public async ValueTask DisposeAsync()
    {
        await _train.DisposeAsync();
        await _dev.DisposeAsync();
        await _rejects.DisposeAsync();
    }

    private void CheckFaults(Reject reject)
    {
        if (!Faults.Contains(reject.Reason)) return;
        _faults++;
        if (_units >= FewestUnits && _faults > _options.MaxFailedShare * _units)
        {
            throw new InputException(
                $"{_faults} of the first {_units} units failed because the model gave no reply of use, more than Pipeline:MaxFailedShare {_options.MaxFailedShare} allows. "
                + $"The last: {reject.Id} {reject.Reason}. Everything done is kept. Try another model or prompt, or raise the share.");
        }
    }

    // By a hash of the seed passage, whose queries stay together, or of the query where there is none: in the same split in every run.
    private bool IsDev(Group group)
    {
        Span<byte> hash = stackalloc byte[8];
        XxHash3.Hash(Encoding.UTF8.GetBytes(group.SeedDocid ?? group.Query), hash);
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> 11) * (1.0 / (1UL << 53)) < _options.DevShare;
    }
}
