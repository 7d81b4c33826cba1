using System.Globalization;
using System.Text;
using R2Synth.Records;

namespace R2Synth.Pipeline.Reporting;

/// <summary>The run's <c>README.md</c>: a dataset card as the Hugging Face Hub reads it. The same for a run however often it was interrupted.</summary>
internal static class DatasetCard
{
    /// <summary>Writes the card, whole or not at all.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public static Task WriteAsync(string path, RunReportData run) => WholeFile.WriteTextAsync(path, Render(run));

    /// <summary>The card's text.</summary>
    public static string Render(RunReportData run)
    {
        StringBuilder card = new();
        FrontMatter(card, run);
        Line(card, $"# {Text(run.Name)}");
        Line(card);
        Line(card, $"{Number(run.TrainGroups)} training groups and {Number(run.DevGroups)} development groups for text retrieval: each a query with its task, its positives and its hard negatives.");
        Line(card, Queries(run));
        Line(card);
        HowItWasMade(card, run);
        Columns(card);
        Yields(card, run);
        Judges(card, run);
        Counts(card, run);
        Limits(card, run);
        return card.ToString();
    }

    private static string Queries(RunReportData run) => run switch
    {
        { GivenQueries: true } => "The queries were given; candidates, negatives and, where a judge was named, positives were chosen by R2Synth.",
        { WroteQueries: false } => "The queries are titles of the passages. Made by R2Synth.",
        { HidesTitles: true } => "The queries are synthetic: a language model wrote them, but for those of `titles`, which are titles of the passages. Made by R2Synth.",
        _ => "The queries are synthetic: a language model wrote them. Made by R2Synth.",
    };

    private static void FrontMatter(StringBuilder card, RunReportData run)
    {
        Line(card, "---");
        Line(card, "license: other");
        Line(card, "task_categories:\n- text-retrieval");
        Line(card, "language:");
        foreach (string language in run.Languages)
        {
            Line(card, $"- {Quoted(language)}"); // quoted: Norwegian's code is YAML's false
        }

        Line(card, $"pretty_name: {Quoted(run.Name)}");
        Line(card, $"size_categories:\n- {SizeCategory(run.TrainGroups + run.DevGroups)}");
        Line(card, !run.WroteQueries ? "tags:\n- hard-negatives\n- r2synth" : "tags:\n- synthetic\n- hard-negatives\n- r2synth");
        Line(card, "configs:\n- config_name: default\n  data_files:\n  - split: train\n    path: shards/train-*.parquet");
        if (run.DevGroups > 0)
        {
            Line(card, "  - split: dev\n    path: shards/dev-*.parquet");
        }

        Line(card, "---\n");
    }

    private static void HowItWasMade(StringBuilder card, RunReportData run)
    {
        Line(card, "## How it was made\n");
        Line(card, $"```sh\n{Fenced(run.Command)}\n```\n");
        Line(card, $"R2Synth {Text(run.Version)}, seed {run.Seed.ToString(CultureInfo.InvariantCulture)}. All settings are in `run.json`.\n");
        Table(card, ["recipe", "method", "what it makes"], run.Recipes.Select(recipe => new[] { recipe.Recipe.Name, recipe.Recipe.Paper, recipe.Recipe.Makes }));
        Table(card, ["model for", "name", "identity"], run.Models.Select(model => new[] { model.Role, model.Name, model.Identity }));
        Table(card, ["read", "path", "hash"], run.Inputs.Select(input => new[] { input.Role, input.Path, input.Hash }));
    }

    private static void Columns(StringBuilder card)
    {
        Line(card, "## Columns\n");
        Table(card, ["column", "meaning"], ShardColumns.All.Select(column => new[] { column.Name, column.Meaning }));
    }

    private static void Yields(StringBuilder card, RunReportData run)
    {
        Line(card, "## Yields\n");
        Table(
            card,
            ["recipe", "groups", "relabelled", "rejected"],
            run.Recipes.Select(recipe => new[]
            {
                recipe.Recipe.Name,
                Number(recipe.Groups),
                $"{Number(recipe.Relabelled)} ({Share(recipe.Relabelled, recipe.Groups)})",
                Number(recipe.Rejects.Values.Sum()),
            }));
        Line(card, "Relabelled: the best positive is not the passage that the query was written from. Every rejected unit is in `rejects.jsonl`.\n");
        Table(
            card,
            ["recipe", "stage and reason", "units"],
            run.Recipes.SelectMany(recipe => recipe.Rejects.Select(reject => new[] { recipe.Recipe.Name, reject.Key, Number(reject.Value) })));
    }

    private static void Judges(StringBuilder card, RunReportData run)
    {
        if (run.Judges.Count == 0)
        {
            return;
        }

        Line(card, "## Judges\n");
        (string note, string[] columns, IEnumerable<string[]> rows) = ReportText.Judges(run);
        Line(card, $"{note}\n");
        Table(card, columns, rows);
        if (run.Agreements.Count == 0) return;
        (note, columns, rows) = ReportText.Agreements(run);
        Line(card, $"{note}\n");
        Table(card, columns, rows);
    }

    private static void Counts(StringBuilder card, RunReportData run)
    {
        foreach (CountTable table in run.CountTables)
        {
            Line(card, $"## {table.Title}\n");
            Line(card, $"{Text(table.Note)}\n");
            Table(card, ["what", "count"], table.Rows.Select(row => new[] { row.Key.Replace('_', ' '), ReportText.CountOrMeasure(row.Value) }));
        }
    }

    private static void Limits(StringBuilder card, RunReportData run)
    {
        Line(card, "## Known limits\n");
        foreach (string limit in ReportText.Limits(run))
        {
            Line(card, $"- {limit}");
        }
    }

    private static void Table(StringBuilder card, string[] head, IEnumerable<string[]> rows)
    {
        string[][] all = [.. rows];
        if (all.Length == 0)
        {
            return;
        }

        Line(card, $"| {string.Join(" | ", head)} |");
        Line(card, $"|{string.Concat(Enumerable.Repeat("---|", head.Length))}");
        foreach (string[] row in all)
        {
            Line(card, $"| {string.Join(" | ", row.Select(Text))} |");
        }

        Line(card);
    }

    // Data stays data: no markup, no table, no line of its own.
    private static string Text(string text)
    {
        StringBuilder escaped = new(text.Length);
        foreach (char letter in text.ReplaceLineEndings(" "))
        {
            if ("\\`*_[]<>|#!~".Contains(letter, StringComparison.Ordinal))
            {
                escaped.Append('\\');
            }

            escaped.Append(letter);
        }

        return escaped.ToString();
    }

    private static string Fenced(string text) => text.Replace("```", "` ` `", StringComparison.Ordinal).ReplaceLineEndings("\n");

    private static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal).ReplaceLineEndings(" ")}'";

    private static string SizeCategory(int groups) => groups switch
    {
        < 1_000 => "n<1K",
        < 10_000 => "1K<n<10K",
        < 100_000 => "10K<n<100K",
        < 1_000_000 => "100K<n<1M",
        < 10_000_000 => "1M<n<10M",
        _ => "10M<n<100M",
    };

    private static string Number(long number) => ReportText.Number(number);

    private static string Share(long part, long whole) => ReportText.Share(part, whole);

    private static void Line(StringBuilder card, string text = "") => card.Append(text.Replace("\r", "", StringComparison.Ordinal)).Append('\n');
}
