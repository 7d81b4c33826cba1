namespace R2Synth.Cli.Progress;

/// <summary>Shows how a run goes.</summary>
internal interface IProgressDisplay
{
    /// <summary>How often it wants to be told.</summary>
    TimeSpan Interval { get; }

    /// <summary>Shows the newest figures.</summary>
    void Show(ProgressFigures figures);

    /// <summary>Shows the last figures, when the run is over or has failed.</summary>
    void End(ProgressFigures figures);
}
