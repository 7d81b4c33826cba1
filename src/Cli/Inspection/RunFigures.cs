using R2Synth.Evaluation;
using R2Synth.Records;

namespace R2Synth.Cli.Inspection;

/// <summary>What <c>inspect</c> shows of a run, gathered in one pass over its files.</summary>
internal sealed class RunFigures
{
    private readonly List<Group> _samples = [];
    private readonly UnitSeed _chance;
    private readonly int _wanted;
    private readonly Qrels? _qrels;

    private RunFigures(int samples, long seed, Qrels? qrels)
    {
        _qrels = qrels;
        Labels = qrels is null ? null : new LabelCheck();
        _wanted = samples;
        _chance = new UnitSeed(seed, "inspect/samples", 0);
    }

    /// <summary>Groups by recipe.</summary>
    public Tally Groups { get; } = new();

    /// <summary>Groups whose best positive was relabelled, by recipe.</summary>
    public Tally Relabelled { get; } = new();

    /// <summary>Groups by split: <c>train</c>, <c>dev</c>.</summary>
    public Tally Splits { get; } = new();

    /// <summary>Rejects by recipe, then by stage and reason.</summary>
    public SortedDictionary<string, Tally> Rejects { get; } = new(StringComparer.Ordinal);

    public Distribution QueryWords { get; } = new();

    public Distribution Positives { get; } = new();

    public Distribution Negatives { get; } = new();

    public Tally PositiveOrigins { get; } = new();

    public Tally NegativeOrigins { get; } = new();

    public Tally Languages { get; } = new();

    public Tally TaskGroups { get; } = new();

    /// <summary>Labels beside people's judgments; null without any.</summary>
    public LabelCheck? Labels { get; }

    /// <summary>Groups drawn evenly by the seed, by ordinal id.</summary>
    public IReadOnlyList<Group> Samples => [.. _samples.OrderBy(g => g.Id, StringComparer.Ordinal)];

    /// <summary>Every recipe that made or rejected anything, by ordinal name.</summary>
    public IReadOnlyList<string> Recipes => [.. Groups.Counts.Keys.Union(Rejects.Keys).Order(StringComparer.Ordinal)];

    /// <summary>Reads a run.</summary>
    /// <exception cref="InputException">A file is damaged.</exception>
    public static async Task<RunFigures> ReadAsync(RunFolder folder, int samples, long seed, Qrels? qrels, CancellationToken cancellationToken)
    {
        var figures = new RunFigures(samples, seed, qrels);
        foreach (string shard in folder.Shards)
        {
            string split = Path.GetFileName(shard).Split('-', '.')[0];
            IAsyncEnumerable<Group> groups = Path.GetExtension(shard) == ".parquet"
                ? GroupParquetReader.ReadAsync(shard, cancellationToken)
                : GroupJsonlReader.ReadAsync(shard, cancellationToken);
            await foreach (Group group in groups) figures.Add(group, split);
        }

        if (folder.Rejects is { } rejects)
        {
            await foreach (Reject reject in RejectLines.ReadAsync(rejects, cancellationToken)) figures.Add(reject);
        }

        return figures;
    }

    private void Add(Group group, string split)
    {
        Groups.Add(group.Recipe);
        Splits.Add(split);
        Languages.Add(group.Language);
        TaskGroups.Add(group.TaskGroup);
        QueryWords.Add(Words(group.Query));
        Positives.Add(group.Positives.Count);
        Negatives.Add(group.Negatives.Count);
        foreach (JudgedPassage passage in group.Positives) PositiveOrigins.Add(Name(passage.Origin));
        foreach (JudgedPassage passage in group.Negatives) NegativeOrigins.Add(Name(passage.Origin));
        if (group.Positives is [{ Origin: Origin.Relabelled }, ..]) Relabelled.Add(group.Recipe);
        if (_qrels is not null) Labels!.Add(group, _qrels); // made together
        Sample(group);
    }

    private void Add(Reject reject)
    {
        if (!Rejects.TryGetValue(reject.Recipe, out Tally? tally)) Rejects[reject.Recipe] = tally = new Tally();
        tally.Add($"{reject.Stage}/{reject.Reason}");
    }

    /// <summary>Vitter's algorithm R: the n-th group stays with probability wanted / n.</summary>
    private void Sample(Group group)
    {
        if (_samples.Count < _wanted) _samples.Add(group);
        else if (_wanted > 0 && _chance.Next((int)Groups.Total) is var place && place < _wanted) _samples[place] = group;
    }

    private static int Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

    private static string Name(Origin origin) => origin.ToString().ToLowerInvariant();
}
