using System.CommandLine;
using System.Globalization;
using R2Synth.Cli.Output;
using R2Synth.Evaluation;
using R2Synth.Records;
using Spectre.Console;

namespace R2Synth.Cli.Commands;

/// <summary><c>r2synth evaluate</c>: a run against judgments, and two runs against each other.</summary>
internal static class EvaluateCommand
{
    public static Command Create(Invocation invocation)
    {
        var run = new Option<string>("--run") { HelpName = "FILE", Description = "A TREC run: qid Q0 docid rank score tag.", Required = true };
        var qrels = new Option<string>("--qrels") { HelpName = "FILE", Description = "Judgments, as BEIR (three columns) or TREC (four).", Required = true };
        var against = new Option<string?>("--against") { HelpName = "FILE", Description = "Another run, compared query by query: mean difference, 95 % interval, p value." };
        Option<bool> json = JsonFlag.Create();
        var command = new Command("evaluate", "Measure a run: nDCG@10, MRR@10, Recall@100, MAP, top-k accuracy, as trec_eval does.") { run, qrels, against, json };
        command.SetAction((parse, token) => invocation.WatchAsync(
            async cancellationToken =>
            {
                string Resolve(string path) => invocation.Environment.Resolve(path);
                Qrels judgments = await Qrels.ReadAsync(Resolve(parse.GetRequiredValue(qrels)), cancellationToken);
                EvaluationResult result = await MeasureAsync(Resolve(parse.GetRequiredValue(run)), judgments, cancellationToken);
                EvaluationResult? other = parse.GetValue(against) is { } second ? await MeasureAsync(Resolve(second), judgments, cancellationToken) : null;
                if (parse.GetValue(json)) WriteJson(invocation, result, other);
                else Write(invocation, result, other);
                return ExitCodes.Done;
            },
            token));
        return command;
    }

    private static async Task<EvaluationResult> MeasureAsync(string path, Qrels qrels, CancellationToken cancellationToken)
    {
        TrecRun run = await TrecRun.ReadAsync(path, cancellationToken);
        if (!run.Queries.Intersect(qrels.Queries, StringComparer.Ordinal).Any())
            throw new InputException($"{path}: not one of its {run.Queries.Count} queries is among the {qrels.Queries.Count} judged ones. Are these files of one collection?");
        return Evaluator.Evaluate(run, qrels);
    }

    private static void Write(Invocation invocation, EvaluationResult result, EvaluationResult? other)
    {
        Table table = other is null ? Tables.Create("metric", ">run") : Tables.Create("metric", ">run", ">against", ">difference", ">95 %", ">p");
        foreach (string metric in Evaluator.MetricNames)
        {
            if (other is null)
            {
                table.Row(metric, Four(result.Mean(metric)));
                continue;
            }

            PairedDifference difference = PairedDifference.Of(result.PerQuery[metric], other.PerQuery[metric]);
            table.Row(
                metric, Four(result.Mean(metric)), Four(other.Mean(metric)), Signed(difference.Mean), $"[{Signed(difference.Low)}, {Signed(difference.High)}]",
                difference.PValue.ToString("0.0000", CultureInfo.InvariantCulture));
        }

        invocation.Out.WriteLine($"Judged queries: {Figures.Count(result.Queries.Count)}");
        invocation.OutConsole.Write(table);
    }

    private static void WriteJson(Invocation invocation, EvaluationResult result, EvaluationResult? other)
    {
        SortedDictionary<string, object> document = new(StringComparer.Ordinal) { ["queries"] = result.Queries.Count };
        foreach (string metric in Evaluator.MetricNames)
        {
            document[metric] = result.Mean(metric);
            if (other is null) continue;
            PairedDifference difference = PairedDifference.Of(result.PerQuery[metric], other.PerQuery[metric]);
            document[$"{metric} against"] = new { other = other.Mean(metric), difference = difference.Mean, difference.Low, difference.High, p = difference.PValue };
        }

        JsonOutput.Write(invocation.Out, document);
    }

    private static string Four(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Signed(double value) => Output.Signed.Of(value, 4);
}
