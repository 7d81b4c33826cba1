using R2Synth.Cli.Output;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace R2Synth.Cli.Progress;

/// <summary>For terminals: a table that redraws itself, with a bar a stage and a line of totals.</summary>
internal sealed class TerminalDisplay(LiveDisplayContext context) : IProgressDisplay
{
    private const int BarWidth = 24;

    public TimeSpan Interval { get; } = TimeSpan.FromMilliseconds(250);

    public void Show(ProgressFigures figures) => context.UpdateTarget(Draw(figures));

    public void End(ProgressFigures figures) => Show(figures);

    /// <summary>The display at one moment.</summary>
    public static IRenderable Draw(ProgressFigures figures)
    {
        Table table = Tables.Create("stage", "", ">done", ">a second", ">rejected");
        foreach (StageFigures stage in figures.Stages)
        {
            table.AddRow(
                new Text(stage.Now.Name),
                Bar(stage.Now),
                new Text(ProgressText.Counts(stage.Now)),
                new Text(Figures.Rate(stage.PerSecond)),
                new Text(Figures.Count(stage.Now.Rejected)));
        }

        return new Rows(table, new Text($"{Figures.Time(figures.Now.Elapsed)} | {ProgressText.Totals(figures)}"));
    }

    private static Paragraph Bar(StageSnapshot stage)
    {
        if (stage.Expected == 0) return new Paragraph();
        int full = (int)(Math.Min(stage.Done, stage.Expected) * BarWidth / stage.Expected);
        return new Paragraph()
            .Append(new string('#', full), new Style(stage.Ended ? Color.Green : Color.Blue))
            .Append(new string('.', BarWidth - full), new Style(Color.Grey));
    }
}
