using R2Synth.Pipeline.Reporting;

namespace R2Synth.Pipeline;

/// <summary>The main job: recipes to shards. One instance a run.</summary>
/// <param name="options">The validated settings.</param>
/// <param name="settingsFolder">The folder that relative models and prompts start from.</param>
public sealed class RunEngine(R2SynthOptions options, string settingsFolder)
{
    /// <summary>Checks everything that can be checked before the first model call, and says how much work the run is.</summary>
    /// <exception cref="Records.InputException">Anything that the user has to mend; all findings in one message.</exception>
    public Task<RunPlan> PlanAsync(RunRequest request, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException($"{options} {settingsFolder} {request} {cancellationToken}");

    /// <summary>Runs, or goes on with a run that was interrupted. The same command again makes no model call and changes no byte of the shards.</summary>
    /// <param name="request">What to make.</param>
    /// <param name="counters">Filled while the run goes, for live progress.</param>
    /// <param name="cancellationToken">Ends the run; all that is done is kept.</param>
    /// <exception cref="Records.InputException">Anything that the user has to mend.</exception>
    public Task<RunSummary> RunAsync(RunRequest request, RunCounters counters, CancellationToken cancellationToken = default) =>
        throw new NotImplementedException($"{options} {settingsFolder} {request} {counters} {cancellationToken}");
}
