using System.Globalization;
using R2Synth.Pipeline.Recipes;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Pipeline;

/// <summary>The main job: recipes to shards. One instance a run.</summary>
/// <param name="options">The validated settings.</param>
/// <param name="settingsFolder">The folder that relative models and prompts start from.</param>
public sealed class RunEngine(R2SynthOptions options, string settingsFolder)
{
    /// <summary>Checks everything that can be checked before the first model call, and says how much work the run is.</summary>
    /// <exception cref="InputException">Anything that the user has to mend; all findings in one message.</exception>
    public async Task<RunPlan> PlanAsync(RunRequest request, CancellationToken cancellationToken = default)
    {
        await using RunSetup setup = await RunSetup.OpenAsync(options, settingsFolder, request, new RunCounters(), cancellationToken);
        await setup.Backends.ReachAsync(cancellationToken);
        return new RunPlanner(options, request, setup).Plan();
    }

    /// <summary>Runs, or goes on with a run that was interrupted. The same command again makes no model call and changes no byte of the shards.</summary>
    /// <param name="request">What to make.</param>
    /// <param name="counters">Filled while the run goes, for live progress.</param>
    /// <param name="cancellationToken">Ends the run; all that is done is kept.</param>
    /// <exception cref="InputException">Anything that the user has to mend.</exception>
    public async Task<RunSummary> RunAsync(RunRequest request, RunCounters counters, CancellationToken cancellationToken = default)
    {
        await using RunSetup setup = await RunSetup.OpenAsync(options, settingsFolder, request, counters, cancellationToken);
        Ledger.RunFolder folder = await setup.BeginAsync(cancellationToken);
        await using RunOutput output = new(folder, options.Pipeline);
        RunContext run = setup.Context(folder.Ledger);
        Lazy<RunModels> models = new(setup.Models); // a run of titles has none

        // Recipes go by ordinal name, whatever their order on the command line: shards are written in id order, and of two duplicates the first stays.
        foreach (string recipe in request.Recipes.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (recipe == E5Recipe.Name)
            {
                E5Recipe e5 = new(run, models.Value);
                (IReadOnlyList<Reject> tasks, var groups) = await e5.GroupsAsync(cancellationToken);
                foreach (Reject task in tasks) await output.WriteAsync(task, cancellationToken);
                await groups.ForEachAsync(output.WriteAsync, cancellationToken);
                run.Agreements.AddRange(e5.Agreements);
            }
            else if (recipe == GeckoRecipe.Name)
            {
                GeckoRecipe gecko = new(run, models.Value);
                await gecko.Groups().ForEachAsync(output.WriteAsync, cancellationToken);
                run.Agreements.AddRange(gecko.Agreements);
            }
            else
            {
                await new TitlesRecipe(run).Groups().ForEachAsync(output.WriteAsync, cancellationToken);
            }
        }

        IReadOnlyList<string> files = await output.CompleteAsync(cancellationToken);
        CountTable? written = options.Mining.AuditWritten == true
            ? await new Auditing.WrittenAudit(options, setup.Inputs.Passages, request.Languages[0], request.Seed).RunAsync(folder, cancellationToken)
            : null;
        RunReportData report = Report(request, setup, run, output, files) with { CountTables = written is null ? [] : [written] };
        await RunJson.WriteAsync(folder.File("run.json"), report);
        await HtmlReport.WriteAsync(folder.File("report.html"), report);
        await DatasetCard.WriteAsync(folder.File("README.md"), report);
        return new RunSummary
        {
            Recipes = [.. report.Recipes.Select(recipe => new RecipeSummary
            {
                Recipe = recipe.Recipe.Name, Groups = recipe.Groups, Relabelled = recipe.Relabelled, Rejects = recipe.Rejects,
            })],
            Judges = run.Votes,
            Agreements = run.Agreements,
            Files = [.. report.Files],
            Money = counters.Money,
            Warnings = setup.Backends.Warnings,
        };
    }

    private RunReportData Report(RunRequest request, RunSetup setup, RunContext run, RunOutput output, IReadOnlyList<string> files) => new()
    {
        Name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(request.Out))),
        Command = Command(request),
        Version = RunSetup.Version,
        Seed = request.Seed,
        Languages = request.Languages,
        Recipes = [.. request.Recipes.Distinct(StringComparer.Ordinal).Select(name => new RecipeReport
        {
            Recipe = RecipeCatalog.All.First(recipe => recipe.Name == name),
            Groups = output.Statistics.GroupsOf(name),
            Relabelled = output.Statistics.RelabelledOf(name),
            Stages = [.. run.Counters.Stages.Where(stage => stage.Name.StartsWith($"{name}/", StringComparison.Ordinal)).Select(StageReport.Of)],
            Rejects = output.RejectsOf(name),
        })],
        TrainGroups = (int)output.TrainGroups,
        DevGroups = (int)output.DevGroups,
        Judges = run.Votes,
        Agreements = run.Agreements,
        Models = setup.Backends.Models,
        Inputs = setup.Inputs.Reports,
        Settings = SettingsList.Flatten(options),
        Distributions = output.Statistics.Distributions(),
        Samples = output.Statistics.Samples(),
        Files = [.. files, "rejects.jsonl", "run.json", "report.html", "README.md"],
        Calls = CallReport.Of(run.Counters),
    };

    private static string Command(RunRequest request)
    {
        List<string> words = ["r2synth", "run", .. request.Recipes];
        if (request.Corpus is { } corpus) words.AddRange(["--corpus", corpus]);
        if (request.Topics is { } topics) words.AddRange(["--topics", topics]);
        if (request.Count is { } count) words.AddRange(["--count", count.ToString(CultureInfo.InvariantCulture)]);
        words.AddRange(["--seed", request.Seed.ToString(CultureInfo.InvariantCulture), "--out", request.Out]);
        return string.Join(' ', words);
    }
}
