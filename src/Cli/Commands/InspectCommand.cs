using System.CommandLine;
using R2Synth.Cli.Inspection;
using R2Synth.Cli.Output;
using R2Synth.Evaluation;
using R2Synth.Records;

namespace R2Synth.Cli.Commands;

/// <summary><c>r2synth inspect</c>: a run at a glance.</summary>
internal static class InspectCommand
{
    private const int DefaultSamples = 5;

    public static Command Create(Invocation invocation)
    {
        var run = new Argument<string>("RUN") { Description = "A run's folder." };
        Option<int?> samples = Numbers.Int("--samples", "N", $"Groups to show. Default: {DefaultSamples}.", 0, 1000);
        Option<long?> seed = Numbers.Long("--seed", "S", "Which groups are drawn. Default: 1.");
        var qrels = new Option<string?>("--qrels") { HelpName = "FILE", Description = "Judgments of the queries of a mined run, BEIR's or TREC's: how many negatives are relevant after all?" };
        Option<bool> json = JsonFlag.Create();
        var command = new Command("inspect", "Show a run's yields, distributions and a few of its groups.") { run, samples, seed, qrels, json };
        command.SetAction((parse, token) => invocation.WatchAsync(
            async cancellationToken =>
            {
                string name = parse.GetRequiredValue(run);
                RunFolder folder = RunFolder.Open(invocation.Environment.Resolve(name), name);
                Qrels? judgments = parse.GetValue(qrels) is { } file ? await Qrels.ReadAsync(invocation.Environment.Resolve(file), cancellationToken) : null;
                RunFigures figures = await RunFigures.ReadAsync(
                    folder, parse.GetValue(samples) ?? DefaultSamples, parse.GetValue(seed) ?? 1, judgments, cancellationToken);
                if (figures.Labels is { Groups: 0 })
                    throw new InputException($"{name} has no group whose query {parse.GetValue(qrels)} judges. r2synth mine names a query by the attribute '{Group.QueryId}'; queries that a model wrote have no judgments.");
                if (parse.GetValue(json)) JsonOutput.Write(invocation.Out, RunFiguresDocument.Create(folder, figures));
                else RunFiguresText.Write(invocation.OutConsole, folder, figures);
                return ExitCodes.Done;
            },
            token));
        return command;
    }
}
