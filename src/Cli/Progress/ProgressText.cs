using R2Synth.Cli.Output;

namespace R2Synth.Cli.Progress;

/// <summary>The words that both displays share.</summary>
internal static class ProgressText
{
    /// <summary><c>12 of 24</c>, or <c>12</c> while nobody knows how many will come.</summary>
    public static string Counts(StageSnapshot stage) => stage.Expected > 0
        ? $"{Figures.Count(stage.Done)} of {Figures.Count(stage.Expected)}"
        : Figures.Count(stage.Done);

    /// <summary>Calls, cache, tokens a second, money where it costs some.</summary>
    public static string Totals(ProgressFigures figures) =>
        $"{Figures.Count(figures.Now.Calls)} calls, {Figures.Count(figures.Now.CacheHits)} from the cache, "
        + $"tokens/s {Figures.Rate(figures.TokensReadPerSecond)} read {Figures.Rate(figures.TokensWrittenPerSecond)} written, "
        + (figures.Now.Money is { } money ? $"{money}, " : "") + Left(figures);

    /// <summary>Time left, or that the run is about to stop.</summary>
    public static string Left(ProgressFigures figures) =>
        figures.Stopping ? "stopping: finishing what is under way"
        : figures.TimeLeft is { } left ? $"about {Figures.Time(left)} left of what is under way"
        : "time left unknown";
}
