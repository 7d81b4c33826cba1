using R2Synth.Cli.Output;

namespace R2Synth.Cli.Progress;

/// <summary>For logs and pipes: a line every five seconds when something has moved, and a line a stage when it ends.</summary>
internal sealed class PlainDisplay(TextWriter writer) : IProgressDisplay
{
    private readonly HashSet<string> _ended = new(StringComparer.Ordinal);
    private RunSnapshot? _shown;
    private bool _saidStopping;

    public TimeSpan Interval { get; } = TimeSpan.FromSeconds(5);

    public void Show(ProgressFigures figures)
    {
        if (!figures.Now.Moved(_shown) && figures.Stopping == _saidStopping) return;
        foreach (StageFigures stage in figures.Stages.Where(s => s.Now.Ended)) Ended(stage.Now, figures.Now.Elapsed);
        string stages = string.Join(" | ", figures.Stages.Where(s => !s.Now.Ended && s.Now.Done > 0).Select(Stage));
        writer.WriteLine($"{Figures.Time(figures.Now.Elapsed)} {stages}{(stages.Length > 0 ? " | " : "")}{ProgressText.Totals(figures)}");
        (_shown, _saidStopping) = (figures.Now, figures.Stopping);
    }

    public void End(ProgressFigures figures)
    {
        foreach (StageFigures stage in figures.Stages.Where(s => s.Now.Done > 0)) Ended(stage.Now, figures.Now.Elapsed);
    }

    private void Ended(StageSnapshot stage, TimeSpan elapsed)
    {
        if (_ended.Add(stage.Name))
        {
            writer.WriteLine($"{Figures.Time(elapsed)} {stage.Name} ended: {Figures.Count(stage.Done)} done, {Figures.Count(stage.Rejected)} rejected");
        }
    }

    private static string Stage(StageFigures stage) => $"{stage.Now.Name} {ProgressText.Counts(stage.Now)}, {Figures.Rate(stage.PerSecond)}/s";
}
