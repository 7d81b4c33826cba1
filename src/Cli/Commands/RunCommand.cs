using System.CommandLine;
using R2Synth.Cli.Progress;
using R2Synth.Cli.Settings;
using R2Synth.Pipeline;
using R2Synth.Pipeline.Reporting;

namespace R2Synth.Cli.Commands;

/// <summary><c>r2synth run</c>: the main job.</summary>
internal sealed class RunCommand(Invocation invocation)
{
    public const string Name = "run";

    private readonly RunFlags _flags = new();

    public static Command Create(Invocation invocation)
    {
        var run = new RunCommand(invocation);
        var command = new Command(Name, "Make training shards with one or more recipes. The same command again resumes.");
        run._flags.AddTo(command);
        command.SetAction((parse, token) => invocation.WatchAsync(t => run.InvokeAsync(parse, t), token));
        return command;
    }

    private async Task<int> InvokeAsync(ParseResult parse, CancellationToken cancellationToken)
    {
        RunRequest request = _flags.Request(parse);
        RunRequestCheck.OrThrow(request, invocation.Environment);
        ResolvedSettings settings = SettingsLoader.Load(invocation.Environment, _flags.Sources(parse)).OrThrow();
        IRunEngine engine = invocation.Environment.OpenEngine(settings.Options, settings.Folder);

        if (request.DryRun)
        {
            PlanText.Write(invocation, await engine.PlanAsync(request, cancellationToken));
            return ExitCodes.Done;
        }

        bool quiet = _flags.Quiet(parse);
        var counters = new RunCounters();
        var progress = new RunProgress(invocation.Error, invocation.ErrorConsole, invocation.Environment.Clock, quiet);
        RunSummary summary = await progress.WatchAsync(
            counters, () => engine.RunAsync(request, counters, cancellationToken), cancellationToken);
        if (!quiet) RunClosing.Write(invocation.ErrorConsole, request.Out, summary);
        await invocation.Out.WriteLineAsync(request.Out.AsMemory(), CancellationToken.None);
        return ExitCodes.Done;
    }
}
