using R2Synth.Cli.Output;
using R2Synth.Pipeline.Reporting;
using Spectre.Console;

namespace R2Synth.Cli.Progress;

/// <summary>Polls a run's counters on a timer while it works; the run knows nothing of it.</summary>
internal sealed class RunProgress(TextWriter writer, IAnsiConsole console, TimeProvider clock, bool quiet)
{
    /// <summary>Does the work and shows how it goes.</summary>
    /// <param name="counters">What the work counts in.</param>
    /// <param name="work">The run.</param>
    /// <param name="cancellationToken">Only changes what is shown; the work watches it itself.</param>
    /// <returns>What the work returns; its exception passes through.</returns>
    public async Task<T> WatchAsync<T>(RunCounters counters, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        if (quiet) return await PollAsync(new QuietDisplay(), counters, work, cancellationToken);
        if (!Consoles.IsLive(console)) return await PollAsync(new PlainDisplay(writer), counters, work, cancellationToken);
        return await console.Live(new Text("")).StartAsync(
            context => PollAsync(new TerminalDisplay(context), counters, work, cancellationToken));
    }

    private async Task<T> PollAsync<T>(IProgressDisplay display, RunCounters counters, Func<Task<T>> work, CancellationToken cancellationToken)
    {
        long began = clock.GetTimestamp();
        var window = new RateWindow();
        ProgressFigures Look() => window.Add(RunSnapshot.Take(counters, clock.GetElapsedTime(began)), cancellationToken.IsCancellationRequested);

        using var timer = new PeriodicTimer(display.Interval, clock);
        // On the pool, since the run may compute for a while before its first await.
        Task<T> running = Task.Run(work, CancellationToken.None);
        while (await Task.WhenAny(running, timer.WaitForNextTickAsync(CancellationToken.None).AsTask()) != running) display.Show(Look());
        display.End(Look());
        return await running;
    }
}
