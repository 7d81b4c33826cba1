using System.Globalization;
using R2Synth.Inference;
using R2Synth.Miners.Ranking;
using R2Synth.Miners.Selection;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Pipeline.Mining;

/// <summary>Hard negatives for pairs that a user already has: queries and judgments to shards. One instance a run.</summary>
/// <param name="options">The validated settings; number of candidates and depth are set as the rule needs them.</param>
/// <param name="settingsFolder">The folder that relative models and prompts start from.</param>
public sealed class MineEngine(R2SynthOptions options, string settingsFolder)
{
    /// <summary>Opens a backend by name, settings and folder; tests give their own.</summary>
    public Func<string, BackendOptions, string, CancellationToken, Task<Backend>> OpenBackend { get; init; } =
        (name, backend, folder, cancellationToken) => BackendFactory.OpenAsync(name, backend, folder, cancellationToken: cancellationToken);

    /// <summary>Makes the judge that goes by a backend's name and judges by a method; null asks that backend.</summary>
    public Func<string, string, IPassageJudge>? OpenJudge { get; init; }

    /// <summary>Mines, or goes on with a run that was interrupted. The same command again gives the same bytes.</summary>
    /// <param name="request">What to mine.</param>
    /// <param name="counters">Filled while the run goes, for live progress.</param>
    /// <param name="cancellationToken">Ends the run; all that models answered is kept.</param>
    /// <exception cref="InputException">Anything that the user has to mend; all findings in one message.</exception>
    public async Task<MineSummary> MineAsync(MineRequest request, RunCounters counters, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(counters);
        await using MineSetup setup = await MineSetup.OpenAsync(this, options, settingsFolder, request, counters, cancellationToken);
        RunFolder folder = await setup.BeginAsync(cancellationToken);
        await using RunOutput output = new(folder, options.Pipeline);
        MineCounts counts = new(setup.Rule.TakesNone ? 0 : setup.Negatives);
        MineRecipe recipe = new(setup, counters, counts);
        await recipe.Groups().ForEachAsync(
            async (unit, token) =>
            {
                if (unit is { Reject: null, Value: { } group }) counts.Add(group);
                await output.WriteAsync(unit, token);
            },
            cancellationToken);
        IReadOnlyList<string> files = await output.CompleteAsync(cancellationToken);
        MineSummary summary = Summary(request, setup, counts, output, counters, files, recipe);
        RunReportData report = Report(request, setup, output, counters, summary);
        await RunJson.WriteAsync(folder.File("run.json"), report);
        await HtmlReport.WriteAsync(folder.File("report.html"), report);
        await DatasetCard.WriteAsync(folder.File("README.md"), report);
        return summary;
    }

    private static MineSummary Summary(MineRequest request, MineSetup setup, MineCounts counts, RunOutput output, RunCounters counters, IReadOnlyList<string> files, MineRecipe recipe) => new()
    {
        Queries = request.Queries.Count,
        Groups = counts.Groups,
        ShortGroups = counts.ShortGroups,
        Positives = counts.Positives,
        Negatives = counts.Negatives,
        MissingNegatives = counts.MissingNegatives,
        Relabelled = output.Statistics.RelabelledOf(MineRecipe.Name),
        Refused = counts.Refused,
        Rejects = output.RejectsOf(MineRecipe.Name),
        Judges = recipe.Judges,
        Agreements = recipe.Agreements,
        FalseNegatives = request.FalseNegatives != FalseNegativeAction.None && recipe.Judges.Any(vote => vote.Votes) ? counts.FalseNegatives : null,
        Files = [.. files, "rejects.jsonl", "run.json", "report.html", "README.md"],
        Money = counters.Money,
        Warnings = [.. setup.Warnings, .. OfVotes(setup, recipe.Judges)],
    };

    private static IEnumerable<string> OfVotes(MineSetup setup, IReadOnlyList<JudgeVote> votes)
    {
        foreach (JudgeVote vote in votes)
        {
            if (vote is { Votes: true, Quality.CanTell: false })
                yield return $"{vote.Quality.Excluded} It votes all the same, because Mining:Voters is {setup.Options.Mining.Voters}.".Replace("is excluded", "would be excluded", StringComparison.Ordinal);
        }

        JudgeVote[] without = [.. votes.Where(vote => !vote.Votes)];
        if (without.Length == 0) yield break;
        string excluded = string.Join(' ', without.Select(vote => vote.Excluded));
        if (without.Length < votes.Count)
        {
            string[] left = [.. votes.Where(vote => vote.Votes).Select(vote => $"'{vote.Judge}'")];
            yield return $"{excluded} {string.Join(" and ", left)} {(left.Length == 1 ? "judges alone" : "judge without it")}; its scores stay with the passages.";
            yield break;
        }

        string positives = setup.Positives.Name == PositiveRule.Best ? " the positives stay those of the judgments," : "";
        string negatives = setup.Request.FalseNegatives == FalseNegativeAction.None ? "" : " False negatives were not looked for: every query keeps its negatives.";
        yield return $"{excluded} The retriever's order stands,{positives} and the {(votes.Count == 1 ? "judge's" : "judges'")} scores stay with the passages.{negatives}";
    }

    private RunReportData Report(MineRequest request, MineSetup setup, RunOutput output, RunCounters counters, MineSummary summary) => new()
    {
        Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(request.Out, Path.GetFullPath(request.Folder.Length == 0 ? "." : request.Folder)))),
        Command = Command(request),
        Version = RunSetup.Version,
        Seed = request.Seed,
        Languages = [request.Language],
        GivenQueries = true,
        Recipes =
        [
            new RecipeReport
            {
                Recipe = MineRecipe.Describe(setup.Judges.Needs),
                Groups = (int)summary.Groups,
                Relabelled = (int)summary.Relabelled,
                Stages = [.. counters.Stages.Where(stage => stage.Name.StartsWith($"{MineRecipe.Name}/", StringComparison.Ordinal)).Select(StageReport.Of)],
                Rejects = output.RejectsOf(MineRecipe.Name),
            },
        ],
        TrainGroups = (int)output.TrainGroups,
        DevGroups = (int)output.DevGroups,
        Judges = summary.Judges,
        Agreements = summary.Agreements,
        Models = setup.Models,
        Inputs = setup.Inputs,
        Settings = SettingsList.Flatten(options),
        CountTables = AllTables(setup, summary),
        Distributions = output.Statistics.Distributions(),
        Samples = output.Statistics.Samples(),
        Files = summary.Files,
        Calls = CallReport.Of(counters),
    };

    private static IEnumerable<CountTable> TablesOf(MineSetup setup, MineSummary summary)
    {
        yield return new CountTable("queries", "Every query accounted for", $"Rule {setup.Rule.Name}. {setup.Rule.Origin}",
        [
            new("queries", summary.Queries), new("groups", summary.Groups), new("groups_with_shortfall", summary.ShortGroups), new("rejected", summary.Queries - summary.Groups),
            new("positives", summary.Positives), new("negatives", summary.Negatives), new("negatives_missing", summary.MissingNegatives),
        ]);
        yield return new CountTable("candidates", "Candidates that became no negative", "Over all queries that came to the selection.", [.. summary.Refused.Select(reason => new KeyValuePair<string, double>(reason.Key, reason.Value))]);
        if (summary.FalseNegatives is { } counts)
            yield return new CountTable("false_negatives", "False negatives, before and after", $"Action: {setup.Request.FalseNegatives.ToString().ToLowerInvariant()}. A judge's failure is no verdict: such a negative is taken out.", [.. counts.Rows.Select(row => new KeyValuePair<string, double>(row.Name, row.Count))]);
    }

    private static CountTable[] AllTables(MineSetup setup, MineSummary summary) => [.. TablesOf(setup, summary).Where(table => table.Rows.Count > 0)];

    private string Command(MineRequest request)
    {
        List<string> words =
        [
            "r2synth", "mine", "--corpus", request.Corpus, "--queries", request.QueriesPath, "--qrels", request.QrelsPath, "--rule", options.Mining.NegativeRule ?? NegativeRules.OfPairs, "--retriever", request.Retriever,
        ];
        if (request.Negatives is int negatives) words.AddRange(["--negatives", negatives.ToString(CultureInfo.InvariantCulture)]);
        if (request.Depth is int depth) words.AddRange(["--depth", depth.ToString(CultureInfo.InvariantCulture)]);
        if (options.Mining.Positives is { } positives) words.AddRange(["--positives", positives]);
        if (request.Judged) words.AddRange(["--judge", options.Judge, "--judging", options.Judges.Method ?? MineRequest.DefaultJudging]);
        if (request.StrongJudge is { } strong) words.AddRange(["--strong-judge", strong]);
        if (request.FalseNegatives != FalseNegativeAction.None) words.AddRange(["--false-negatives", request.FalseNegatives.ToString().ToLowerInvariant()]);
        words.AddRange(["--seed", request.Seed.ToString(CultureInfo.InvariantCulture), "--out", request.Out]);
        return string.Join(' ', words);
    }
}
