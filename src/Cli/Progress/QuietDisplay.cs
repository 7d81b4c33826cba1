namespace R2Synth.Cli.Progress;

/// <summary>Shows nothing: <c>--quiet</c>.</summary>
internal sealed class QuietDisplay : IProgressDisplay
{
    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(60);

    public void Show(ProgressFigures figures)
    {
    }

    public void End(ProgressFigures figures)
    {
    }
}
