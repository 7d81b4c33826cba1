using R2Synth.Pipeline;
using R2Synth.Pipeline.Reporting;

namespace R2Synth.Cli;

/// <summary>What the <c>run</c> verb needs of a <see cref="RunEngine"/>, so that tests run without models.</summary>
internal interface IRunEngine
{
    Task<RunPlan> PlanAsync(RunRequest request, CancellationToken cancellationToken);

    Task<RunSummary> RunAsync(RunRequest request, RunCounters counters, CancellationToken cancellationToken);
}
