using System.Globalization;
using R2Synth.Cli.Output;
using R2Synth.Evaluation;
using R2Synth.Records;
using Spectre.Console;

namespace R2Synth.Cli.Inspection;

/// <summary>A run's figures for people.</summary>
internal static class RunFiguresText
{
    private const int PassageCharacters = 240;
    private const int NegativesShown = 3;

    public static void Write(IAnsiConsole console, RunFolder folder, RunFigures figures)
    {
        string splits = string.Join(", ", figures.Splits.Counts.Select(s => $"{Figures.Count(s.Value)} {s.Key}"));
        console.WriteLine($"{folder.Name}: {Figures.Count(figures.Groups.Total)} groups{(splits.Length > 0 ? $" ({splits})" : "")}");
        console.Write(Yields(figures));
        console.Write(Distributions(figures));
        console.Write(Shares(figures));
        if (figures.Labels is { } labels) console.Write(Labels(labels));
        foreach (Group group in figures.Samples) WriteSample(console, group);
    }

    private static Table Yields(RunFigures figures)
    {
        Table table = Tables.Create("recipe", ">groups", ">relabelled", ">rejected", "reasons");
        foreach (string recipe in figures.Recipes)
        {
            long groups = figures.Groups[recipe];
            long relabelled = figures.Relabelled[recipe];
            Tally rejects = figures.Rejects.GetValueOrDefault(recipe) ?? new Tally();
            table.Row(
                recipe,
                Figures.Count(groups),
                $"{Figures.Count(relabelled)} ({Figures.Share(relabelled, groups)})",
                $"{Figures.Count(rejects.Total)} ({Figures.Share(rejects.Total, rejects.Total + groups)})",
                string.Join('\n', rejects.Counts.OrderByDescending(r => r.Value).Select(r => $"{Figures.Count(r.Value)} {r.Key}")));
        }

        return table;
    }

    private static Table Distributions(RunFigures figures)
    {
        Table table = Tables.Create("a group has", ">least", ">median", ">mean", ">90 %", ">most");
        (string Name, Distribution Values)[] rows =
        [
            ("words in the query", figures.QueryWords), ("positives", figures.Positives), ("negatives", figures.Negatives),
        ];
        foreach ((string name, Distribution values) in rows)
        {
            table.Row(
                name,
                Figures.Count(values.Minimum),
                Figures.Count(values.Percentile(0.5)),
                values.Mean.ToString("0.0", CultureInfo.InvariantCulture),
                Figures.Count(values.Percentile(0.9)),
                Figures.Count(values.Maximum));
        }

        return table;
    }

    private static Table Shares(RunFigures figures)
    {
        Table table = Tables.Create("shares", "");
        (string Name, Tally Values)[] rows =
        [
            ("positives come from", figures.PositiveOrigins), ("negatives come from", figures.NegativeOrigins),
            ("languages", figures.Languages), ("kinds of task", figures.TaskGroups),
        ];
        foreach ((string name, Tally values) in rows)
        {
            table.Row(name, string.Join(", ", values.Counts.OrderByDescending(v => v.Value).Select(
                v => $"{v.Key} {Figures.Count(v.Value)} ({Figures.Share(v.Value, values.Total)})")));
        }

        return table;
    }

    private static Table Labels(LabelCheck labels)
    {
        Table table = Tables.Create("beside people's judgments", ">of", ">judged", ">relevant", ">share");
        table.Row("negatives", Figures.Count(labels.Negatives), Figures.Count(labels.JudgedNegatives), Figures.Count(labels.FalseNegatives), Figures.Share(labels.FalseNegatives, labels.Negatives));
        table.Row("relabelled positives", Figures.Count(labels.Relabelled), "", Figures.Count(labels.Confirmed), Figures.Share(labels.Confirmed, labels.Relabelled));
        table.Row("groups whose query is judged", Figures.Count(labels.Groups + labels.Unjudged), Figures.Count(labels.Groups), "", "");
        return table;
    }

    private static void WriteSample(IAnsiConsole console, Group group)
    {
        console.WriteLine();
        console.WriteLine($"{group.Id} | {group.TaskGroup} | {group.Language}");
        console.WriteLine($"  task   {OneLine(group.Instruction)}");
        console.WriteLine($"  query  {OneLine(group.Query)}");
        foreach (JudgedPassage passage in group.Positives) WritePassage(console, '+', passage);
        foreach (JudgedPassage passage in group.Negatives.Take(NegativesShown)) WritePassage(console, '-', passage);
        if (group.Negatives.Count > NegativesShown) console.WriteLine($"    and {group.Negatives.Count - NegativesShown} more negatives");
    }

    private static void WritePassage(IAnsiConsole console, char sign, JudgedPassage passage)
    {
        string rank = passage.Rank is { } r ? $", rank {r}" : "";
        string grade = passage.Grade is { } g ? $", grade {g}" : "";
        string title = passage.Title.Length > 0 ? $"{OneLine(passage.Title)}: " : "";
        string scores = string.Join(", ", passage.Scores.Select(s => string.Create(CultureInfo.InvariantCulture, $"{s.Key} {s.Value:0.###}")));
        console.WriteLine($"  {sign} {passage.Docid} ({passage.Origin.ToString().ToLowerInvariant()}{rank}{grade}){(scores.Length > 0 ? " " : "")}{scores}");
        console.Write(new Padder(new Text($"{title}{OneLine(passage.Text)}"), new Padding(4, 0, 0, 0)));
    }

    private static string OneLine(string text)
    {
        string line = TextLine.Of(text);
        if (line.Length <= PassageCharacters) return line;
        int end = char.IsHighSurrogate(line[PassageCharacters - 1]) ? PassageCharacters - 1 : PassageCharacters;
        return line[..end] + " ...";
    }
}
