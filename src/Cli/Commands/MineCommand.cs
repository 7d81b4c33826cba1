using System.CommandLine;
using System.Globalization;
using R2Synth.Cli.Output;
using R2Synth.Cli.Progress;
using R2Synth.Cli.Settings;
using R2Synth.Evaluation;
using R2Synth.Miners.Ranking;
using R2Synth.Pipeline.Mining;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;
using Spectre.Console;

namespace R2Synth.Cli.Commands;

/// <summary><c>r2synth mine</c>: relabelling and hard negatives for pairs that a user already has.</summary>
internal sealed class MineCommand(Invocation invocation)
{
    public const string Name = "mine";

    private readonly MineFlags _flags = new();

    public static Command Create(Invocation invocation)
    {
        var mine = new MineCommand(invocation);
        var command = new Command(Name, "Mine hard negatives for queries and judgments that you already have. The same command again resumes.");
        mine._flags.AddTo(command);
        command.SetAction((parse, token) => invocation.WatchAsync(t => mine.InvokeAsync(parse, t), token));
        return command;
    }

    private async Task<int> InvokeAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        Check(parse);
        ResolvedSettings settings = SettingsLoader.Load(invocation.Environment, _flags.Sources(parse)).OrThrow();
        bool needsGold = _flags.Judged(parse) && Judges.Parse(settings.Options.Judges.Method ?? MineRequest.DefaultJudging).Any(judge => judge.NeedsGold);
        MineRequest request = _flags.Request(parse, await QueriesAsync(parse, needsGold, cancellationToken), invocation.Environment.CurrentFolder);
        bool quiet = _flags.Quiet(parse);
        var counters = new RunCounters();
        var progress = new RunProgress(invocation.Error, invocation.ErrorConsole, invocation.Environment.Clock, quiet);
        MineSummary summary = await progress.WatchAsync(
            counters, () => new MineEngine(settings.Options, settings.Folder) { OpenBackend = invocation.Environment.OpenBackend, OpenJudge = invocation.Environment.OpenJudge }.MineAsync(request, counters, cancellationToken), cancellationToken);
        foreach (string warning in summary.Warnings) invocation.Error.WriteLine($"Warning: {warning}");
        if (_flags.Json(parse)) JsonOutput.Write(invocation.Out, Document(request, summary));
        else Write(request, summary);
        return ExitCodes.Done;
    }

    private void Check(ParseResult parse)
    {
        string corpus = _flags.Corpus(parse), output = _flags.Out(parse);
        if (!Path.Exists(invocation.Environment.Resolve(corpus)))
            throw new InputException($"--corpus {corpus}: there is no such file or folder. Give a BEIR folder, a JSONL file, or a folder of txt, md and html.");
        if (File.Exists(invocation.Environment.Resolve(output))) throw new InputException($"--out {output}: this is a file; name a folder.");
    }

    private async Task<IReadOnlyList<MineQuery>> QueriesAsync(ParseResult parse, bool needsGold, CancellationToken cancellationToken)
    {
        string path = _flags.Queries(parse), qrelsPath = _flags.Qrels(parse);
        IReadOnlyDictionary<string, string> queries = await QueryFile.ReadAsync(invocation.Environment.Resolve(path), cancellationToken);
        Qrels qrels = await Qrels.ReadAsync(invocation.Environment.Resolve(qrelsPath), cancellationToken);
        string[] unknown = [.. qrels.Queries.Where(qid => !queries.ContainsKey(qid))];
        if (unknown.Length > 0)
            throw new InputException($"{qrelsPath}: judges {unknown.Length} queries that are not in {path}, '{unknown[0]}' first. Are these files of one collection?");
        if (qrels.Queries.Count == 0) throw new InputException($"{qrelsPath}: holds no judgment.");
        IReadOnlyDictionary<string, IReadOnlyList<string>> answers = needsGold
            ? await QueryFile.ReadAnswersAsync(invocation.Environment.Resolve(path), cancellationToken)
            : new Dictionary<string, IReadOnlyList<string>>();
        return [.. queries.Select(query => new MineQuery { Qid = query.Key, Text = query.Value, Grades = qrels.Of(query.Key), Answers = answers.GetValueOrDefault(query.Key) ?? [] })];
    }

    private void Write(MineRequest request, MineSummary summary)
    {
        Table table = Tables.Create("what", ">count", "");
        table.Row("queries", Figures.Count(summary.Queries), "");
        table.Row("groups", Figures.Count(summary.Groups), Figures.Share(summary.Groups, summary.Queries));
        table.Row("  with fewer negatives than asked", Figures.Count(summary.ShortGroups), $"{Figures.Count(summary.MissingNegatives)} negatives missing");
        if (summary.Relabelled > 0) table.Row("  relabelled", Figures.Count(summary.Relabelled), Figures.Share(summary.Relabelled, summary.Groups));
        table.Row("rejected", Figures.Count(summary.Queries - summary.Groups), "");
        foreach ((string reason, int count) in summary.Rejects) table.Row($"  {reason}", Figures.Count(count), "");
        table.Row("positives", Figures.Count(summary.Positives), Each(summary.Positives, summary.Groups));
        table.Row("negatives", Figures.Count(summary.Negatives), Each(summary.Negatives, summary.Groups));
        invocation.OutConsole.Write(table);
        if (summary.Judges.Count > 0) invocation.OutConsole.Write(JudgeRows(summary.Judges));
        if (summary.Agreements.Count > 0) invocation.OutConsole.Write(Tables.Of(summary.Agreements));
        if (summary.Refused.Count > 0) invocation.OutConsole.Write(Rows("candidates refused as negatives", summary.Refused.Select(reason => (reason.Key, reason.Value))));
        if (summary.FalseNegatives is { } checkedNegatives) invocation.OutConsole.Write(Rows("false negatives", checkedNegatives.Rows.Select(row => (row.Name.Replace('_', ' '), row.Count))));
        if (summary.Money is { } money) invocation.Out.WriteLine($"Cost: {money}");
        invocation.Out.WriteLine(request.Out);
    }

    private static Table JudgeRows(IReadOnlyList<JudgeVote> judges)
    {
        Table table = Tables.Create("judge", ">AUC, relevant against others", ">Brier", ">length bias", ">queries", "vote");
        foreach (JudgeVote judge in judges)
        {
            table.Row(
                judge.Judge,
                judge.Quality?.Auc is { } auc ? string.Create(CultureInfo.InvariantCulture, $"{auc.Mean:0.000} [{auc.Low:0.000}, {auc.High:0.000}]") : "-",
                Mean(judge.Quality?.Brier),
                Mean(judge.Quality?.LengthBias),
                Figures.Count(judge.Queries),
                judge.Votes ? "voted" : "left out");
        }

        return table;
    }

    private static string Mean(BootstrapInterval? of) => of is { } value ? value.Mean.ToString("0.000", CultureInfo.InvariantCulture) : "-";

    private static Table Rows(string title, IEnumerable<(string Name, long Count)> rows)
    {
        Table table = Tables.Create(title, ">count");
        foreach ((string name, long count) in rows) table.Row(name, Figures.Count(count));
        return table;
    }

    private static string Each(long count, long groups) => groups == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"{(double)count / groups:0.0} a group");

    private static object Document(MineRequest request, MineSummary summary) => new
    {
        request.Out,
        summary.Queries,
        summary.Groups,
        GroupsWithShortfall = summary.ShortGroups,
        Rejected = summary.Queries - summary.Groups,
        summary.Rejects,
        summary.Positives,
        summary.Negatives,
        NegativesMissing = summary.MissingNegatives,
        summary.Relabelled,
        summary.Refused,
        Judges = summary.Judges.Select(judge => new
        {
            judge.Judge,
            Auc = judge.Quality?.Auc?.Mean,
            AucLow = judge.Quality?.Auc?.Low,
            AucHigh = judge.Quality?.Auc?.High,
            Brier = judge.Quality?.Brier?.Mean,
            LengthBias = judge.Quality?.LengthBias?.Mean,
            judge.Queries,
            judge.Votes,
            judge.Excluded,
        }),
        Agreements = summary.Agreements.Select(agreement => new { agreement.First, agreement.Second, On = agreement.OnBest ? "best" : "relevant", agreement.Kappa, agreement.Passages }),
        FalseNegatives = summary.FalseNegatives?.Rows.ToDictionary(row => row.Name, row => row.Count),
        summary.Files,
    };
}
