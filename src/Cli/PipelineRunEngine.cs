using R2Synth.Pipeline;
using R2Synth.Pipeline.Reporting;

namespace R2Synth.Cli;

/// <summary>The real engine.</summary>
internal sealed class PipelineRunEngine(R2SynthOptions options, string settingsFolder) : IRunEngine
{
    private readonly RunEngine _engine = new(options, settingsFolder);

    public Task<RunPlan> PlanAsync(RunRequest request, CancellationToken cancellationToken) =>
        _engine.PlanAsync(request, cancellationToken);

    public Task<RunSummary> RunAsync(RunRequest request, RunCounters counters, CancellationToken cancellationToken) =>
        _engine.RunAsync(request, counters, cancellationToken);
}
