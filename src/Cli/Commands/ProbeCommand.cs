using System.CommandLine;
using System.Globalization;
using R2Synth.Cli.Inspection;
using R2Synth.Cli.Output;
using R2Synth.Cli.Settings;
using R2Synth.Evaluation;
using R2Synth.Evaluation.Probe;
using R2Synth.Inference;
using R2Synth.Inference.TokenTables;
using R2Synth.Records;
using Spectre.Console;

namespace R2Synth.Cli.Commands;

/// <summary><c>r2synth probe</c>: does the data teach?</summary>
internal sealed class ProbeCommand
{
    private const string Table = "models/all-MiniLM-L6-v2-static-256.safetensors";
    private const string Vocabulary = "models/all-MiniLM-L6-v2-Q8_0.gguf";
    private const int DefaultSeeds = 3;

    private readonly Invocation _invocation;
    private readonly Argument<string> _run = new("RUN") { Description = "A run's folder." };
    private readonly Option<string[]> _on = new("--on") { HelpName = "BEIR_FOLDER", Description = "Judged collections to measure on; the data must not have seen their queries.", Required = true, AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _compare = new("--compare") { HelpName = "RUN", Description = "Another run: which of the two teaches more?" };
    private readonly Option<int?> _seeds = Numbers.Int("--seeds", "N", $"Trainings, each with its own seed; figures are their means. Default: {DefaultSeeds}.", 1, 20);
    private readonly Option<bool> _json = JsonFlag.Create();
    private readonly SettingsFlags _settings = new();

    private ProbeCommand(Invocation invocation) => _invocation = invocation;

    public static Command Create(Invocation invocation)
    {
        ProbeCommand probe = new(invocation);
        var command = new Command("probe", "Train a small retriever on a run's shards and measure it on judged queries: does the data teach?")
        {
            probe._run, probe._on, probe._compare, probe._seeds, probe._json,
        };
        probe._settings.AddTo(command);
        command.SetAction((parse, token) => invocation.WatchAsync(t => probe.InvokeAsync(parse, t), token));
        return command;
    }

    private async Task<int> InvokeAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        ResolvedSettings settings = SettingsLoader.Load(_invocation.Environment, _settings.Read(parse)).OrThrow();
        TokenTable table = await TokenTable.ReadAsync(Path.GetFullPath(Table, settings.Folder), cancellationToken);
        using TextTokenizer tokenizer = await TextTokenizer.OpenAsync(Path.GetFullPath(Vocabulary, settings.Folder), cancellationToken);
        ProbeRunner runner = new(table, tokenizer, new ProbeOptions());
        long[] seeds = [.. Enumerable.Range(1, parse.GetValue(_seeds) ?? DefaultSeeds)];
        IReadOnlyList<Group> groups = await GroupsAsync(parse.GetRequiredValue(_run), cancellationToken);
        IReadOnlyList<Group>? others = parse.GetValue(_compare) is { } compare ? await GroupsAsync(compare, cancellationToken) : null;

        List<(ProbeReport Report, ProbeReport? Other)> reports = [];
        foreach (string folder in parse.GetRequiredValue(_on))
        {
            JudgedCorpus collection = await JudgedCorpus.ReadAsync(_invocation.Environment.Resolve(folder), cancellationToken: cancellationToken);
            ProbeReport Measure(IReadOnlyList<Group> data) =>
                runner.Measure(collection, [.. data.Select(ProbeExample.Of)], Titles(data), seeds, cancellationToken);
            ProbeReport report = await Task.Run(() => Measure(groups), cancellationToken);
            ProbeReport? other = others is null ? null : await Task.Run(() => Measure(others), cancellationToken);
            reports.Add((report, other));
            if (!parse.GetValue(_json)) Write(report, other);
        }

        if (parse.GetValue(_json)) JsonOutput.Write(_invocation.Out, reports.Select(r => Document(r.Report, r.Other)).ToArray());
        return ExitCodes.Done;
    }

    private async Task<IReadOnlyList<Group>> GroupsAsync(string name, CancellationToken cancellationToken)
    {
        RunFolder folder = RunFolder.Open(_invocation.Environment.Resolve(name), name);
        List<Group> groups = [];
        foreach (string shard in folder.Shards)
        {
            IAsyncEnumerable<Group> read = shard.EndsWith(".parquet", StringComparison.Ordinal) ? GroupParquetReader.ReadAsync(shard, cancellationToken) : GroupJsonlReader.ReadAsync(shard, cancellationToken);
            await foreach (Group group in read) groups.Add(group);
        }

        return [.. groups.OrderBy(group => group.Id, StringComparer.Ordinal)];
    }

    // The free control: the titles of the same passages as queries. Only where most passages have one.
    private static ProbeExample[] Titles(IReadOnlyList<Group> groups)
    {
        ProbeExample[] pairs = [.. groups.Select(group => group.Positives[0]).Where(positive => positive.Title.Length > 0 && positive.Text.Length > 0)
            .Select(positive => new ProbeExample { Query = positive.Title, Positive = positive.Text })];
        return pairs.Length * 2 >= groups.Count && pairs.Length >= 4 ? pairs : [];
    }

    private void Write(ProbeReport report, ProbeReport? other)
    {
        _invocation.Out.WriteLine($"{report.Collection}: {Figures.Count(report.Examples)} groups, {Figures.Count(report.Queries)} judged queries");
        Table table = Tables.Create("system", ">nDCG@10", ">Recall@100", ">against untrained", ">against BM25", ">seeds");
        foreach (ProbeRow row in report.Rows) Row(table, row.System, row);
        if (other?.Row("trained") is { } compared) Row(table, "trained (compared)", compared);
        _invocation.OutConsole.Write(table);
        _invocation.Out.WriteLine(report.Verdict);
        if (other is not null) _invocation.Out.WriteLine(Compared(report, other));
    }

    private static void Row(Table table, string name, ProbeRow row) => table.Row(
        name, Three(row.Ndcg.Average()), Three(row.Recall.Average()), Interval(row.AgainstUntrained), Interval(row.AgainstBm25),
        row.SeedNdcg.Count > 1 ? $"{Three(row.SeedNdcg.Min())}-{Three(row.SeedNdcg.Max())}" : "");

    private static string Compared(ProbeReport report, ProbeReport other)
    {
        PairedDifference difference = Difference(report, other);
        string figures = $"nDCG@10 {Interval(difference)}, p {difference.PValue.ToString("0.0000", CultureInfo.InvariantCulture)}";
        return difference.Low > 0 ? $"The first run teaches more: {figures}."
            : difference.High < 0 ? $"The compared run teaches more: {figures} for the first."
            : $"No difference between the two runs can be shown: {figures}.";
    }

    private static PairedDifference Difference(ProbeReport report, ProbeReport other) => PairedDifference.Of(report.Row("trained")!.Ndcg, other.Row("trained")!.Ndcg); // both have one

    private static SortedDictionary<string, object> Document(ProbeReport report, ProbeReport? other)
    {
        SortedDictionary<string, object> document = new(StringComparer.Ordinal)
        {
            ["collection"] = report.Collection,
            ["queries"] = report.Queries,
            ["groups"] = report.Examples,
            ["verdict"] = report.Verdict,
        };
        foreach (ProbeRow row in report.Rows)
        {
            document[row.System] = new SortedDictionary<string, object?>(StringComparer.Ordinal)
            {
                ["ndcg@10"] = row.Ndcg.Average(),
                ["recall@100"] = row.Recall.Average(),
                ["against_untrained"] = row.AgainstUntrained,
                ["against_bm25"] = row.AgainstBm25,
            };
        }

        if (other is not null) document["compared"] = Difference(report, other);
        return document;
    }

    private static string Three(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Interval(PairedDifference? difference) => difference is null
        ? ""
        : $"{Signed.Of(difference.Mean, 3)} [{Signed.Of(difference.Low, 3)}, {Signed.Of(difference.High, 3)}]";
}
