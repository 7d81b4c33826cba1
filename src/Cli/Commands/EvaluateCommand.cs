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
        var corpus = new Option<string?>("--corpus") { HelpName = "PATH", Description = "The passages: with them top-k accuracy by answers is measured too (metadata.answers of the queries)." };
        var queries = new Option<string?>("--queries") { HelpName = "FILE", Description = "The queries with their answers. Default: queries.jsonl of a BEIR folder." };
        Option<bool> json = JsonFlag.Create();
        var command = new Command("evaluate", "Measure a run: nDCG@10, MRR@10, Recall@100, MAP, top-k accuracy, as trec_eval does.") { run, qrels, against, corpus, queries, json };
        command.SetAction((parse, token) => invocation.WatchAsync(
            async cancellationToken =>
            {
                string Resolve(string path) => invocation.Environment.Resolve(path);
                Qrels judgments = await Qrels.ReadAsync(Resolve(parse.GetRequiredValue(qrels)), cancellationToken);
                TrecRun first = await ReadAsync(Resolve(parse.GetRequiredValue(run)), judgments, cancellationToken);
                TrecRun? second = parse.GetValue(against) is { } other ? await ReadAsync(Resolve(other), judgments, cancellationToken) : null;
                List<Measured> measured = [new("Judged queries", Evaluator.MetricNames, Evaluator.Evaluate(first, judgments), second is null ? null : Evaluator.Evaluate(second, judgments))];
                if (parse.GetValue(corpus) is { } path) measured.Add(await AnswersAsync(invocation, path, parse.GetValue(queries), first, second, cancellationToken));
                else if (parse.GetValue(queries) is not null) throw new InputException("--queries needs --corpus: answers are looked for in its passages.");
                if (parse.GetValue(json)) WriteJson(invocation, measured);
                else foreach (Measured part in measured) Write(invocation, part);
                return ExitCodes.Done;
            },
            token));
        return command;
    }

    private static async Task<TrecRun> ReadAsync(string path, Qrels qrels, CancellationToken cancellationToken)
    {
        TrecRun run = await TrecRun.ReadAsync(path, cancellationToken);
        if (!run.Queries.Intersect(qrels.Queries, StringComparer.Ordinal).Any())
            throw new InputException($"{path}: not one of its {run.Queries.Count} queries is among the {qrels.Queries.Count} judged ones. Are these files of one collection?");
        return run;
    }

    private static async Task<Measured> AnswersAsync(Invocation invocation, string corpus, string? queries, TrecRun run, TrecRun? other, CancellationToken cancellationToken)
    {
        string path = invocation.Environment.Resolve(corpus), file = BeirQueries.Find(invocation.Environment, queries, corpus);
        IReadOnlyDictionary<string, IReadOnlyList<string>> answers = await QueryFile.ReadAnswersAsync(file, cancellationToken);
        if (answers.Count == 0) throw new InputException($"{file}: no query has answers. Put them under 'metadata': {{\"answers\": [\"...\"]}}, or leave --corpus out.");
        IReadOnlyList<Passage> passages = await CorpusReader.ReadAllAsync(path, new CorpusOptions(), cancellationToken: cancellationToken);
        return new Measured(
            "Queries with answers", AnswerAccuracy.MetricNames, AnswerAccuracy.Evaluate(run, answers, passages), other is null ? null : AnswerAccuracy.Evaluate(other, answers, passages));
    }

    private static void Write(Invocation invocation, Measured measured)
    {
        (_, IReadOnlyList<string> metrics, EvaluationResult result, EvaluationResult? other) = measured;
        Table table = other is null ? Tables.Create("metric", ">run") : Tables.Create("metric", ">run", ">against", ">difference", ">95 %", ">p");
        foreach (string metric in metrics)
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

        invocation.Out.WriteLine($"{measured.What}: {Figures.Count(result.Queries.Count)}");
        invocation.OutConsole.Write(table);
    }

    private static void WriteJson(Invocation invocation, IReadOnlyList<Measured> all)
    {
        SortedDictionary<string, object> document = new(StringComparer.Ordinal) { ["queries"] = all[0].Result.Queries.Count };
        if (all.Count > 1) document["queries_with_answers"] = all[1].Result.Queries.Count;
        foreach ((_, IReadOnlyList<string> metrics, EvaluationResult result, EvaluationResult? other) in all)
        {
            foreach (string metric in metrics)
            {
                document[metric] = result.Mean(metric);
                if (other is null) continue;
                PairedDifference difference = PairedDifference.Of(result.PerQuery[metric], other.PerQuery[metric]);
                document[$"{metric} against"] = new { other = other.Mean(metric), difference = difference.Mean, difference.Low, difference.High, p = difference.PValue };
            }
        }

        JsonOutput.Write(invocation.Out, document);
    }

    private static string Four(double value) => value.ToString("0.0000", CultureInfo.InvariantCulture);

    private static string Signed(double value) => Output.Signed.Of(value, 4);

    private sealed record Measured(string What, IReadOnlyList<string> Metrics, EvaluationResult Result, EvaluationResult? Other);
}
