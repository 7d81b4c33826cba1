using System.Globalization;
using R2Synth.Cli.Output;
using R2Synth.Miners.Ranking;
using R2Synth.Pipeline;
using Spectre.Console;

namespace R2Synth.Cli.Progress;

/// <summary>What a run made, after it has ended: recipes, judges, files, where to look next.</summary>
internal static class RunClosing
{
    private const int FilesShown = 12;

    public static void Write(IAnsiConsole console, string folder, RunSummary summary)
    {
        console.Write(Recipes(summary.Recipes));
        if (summary.Judges.Count > 0) console.Write(Judges(summary.Judges));
        if (summary.Agreements.Count > 0) console.Write(Tables.Of(summary.Agreements));

        foreach (string warning in summary.Warnings) console.WriteLine($"Warning: {warning}");
        if (summary.Money is { } money) console.WriteLine($"Cost: {money}");
        console.WriteLine($"{summary.Files.Count} {(summary.Files.Count == 1 ? "file" : "files")} in {folder}:");
        foreach (string file in summary.Files.Take(FilesShown)) console.WriteLine($"  {file}");
        if (summary.Files.Count > FilesShown) console.WriteLine($"  and {summary.Files.Count - FilesShown} more");

        console.WriteLine($"Look at it with: r2synth inspect {folder}");
        if (summary.Files.Contains("report.html", StringComparer.Ordinal)) console.WriteLine($"Or open {Path.Combine(folder, "report.html")}");
    }

    private static Table Recipes(IReadOnlyList<RecipeSummary> recipes)
    {
        Table table = Tables.Create("recipe", ">groups", ">relabelled", ">rejected", "reasons");
        foreach (RecipeSummary recipe in recipes)
        {
            table.Row(
                recipe.Recipe,
                Figures.Count(recipe.Groups),
                $"{Figures.Count(recipe.Relabelled)} ({Figures.Share(recipe.Relabelled, recipe.Groups)})",
                Figures.Count(recipe.Rejects.Values.Sum()),
                string.Join('\n', recipe.Rejects.Select(r => $"{Figures.Count(r.Value)} {r.Key}")));
        }

        return table;
    }

    private static Table Judges(IReadOnlyList<JudgeVote> judges)
    {
        Table table = Tables.Create("judge", ">AUC, seed against retrieved", ">seed against random", ">queries", "vote");
        foreach (JudgeVote judge in judges)
        {
            table.Row(
                judge.Name,
                Interval(judge.AucRetrieved, judge.AucRetrievedLow, judge.AucRetrievedHigh),
                Interval(judge.AucRandom, judge.AucRandomLow, judge.AucRandomHigh),
                Figures.Count(judge.Queries),
                judge.Votes ? "voted" : judge.Judge == ScoreNames.Rrf ? "retriever" : "left out");
        }

        return table;
    }

    private static string Interval(double value, double low, double high) =>
        string.Create(CultureInfo.InvariantCulture, $"{value:0.000} [{low:0.000}, {high:0.000}]");
}
