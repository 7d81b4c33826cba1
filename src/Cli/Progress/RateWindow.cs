namespace R2Synth.Cli.Progress;

/// <summary>Rates over the last half minute: a resumed run's burst from the cache is soon forgotten.</summary>
internal sealed class RateWindow
{
    private static readonly TimeSpan Width = TimeSpan.FromSeconds(30);

    private readonly Queue<RunSnapshot> _window = new();

    /// <summary>Takes in the newest snapshot and works out what is shown.</summary>
    public ProgressFigures Add(RunSnapshot now, bool stopping)
    {
        // The newest snapshot outside of the window stays, so that the rates always cover the whole width.
        while (_window.Count > 1 && now.Elapsed - _window.ElementAt(1).Elapsed >= Width) _window.Dequeue();
        RunSnapshot? then = _window.TryPeek(out RunSnapshot? first) ? first : null;
        _window.Enqueue(now);

        double seconds = (now.Elapsed - (then?.Elapsed ?? TimeSpan.Zero)).TotalSeconds;
        double Rate(long newest, long oldest) => seconds <= 0 ? 0 : (newest - oldest) / seconds;
        StageFigures[] stages =
        [
            .. now.Stages.Select((s, i) => new StageFigures(s, Rate(s.Done, then is not null && i < then.Stages.Count ? then.Stages[i].Done : 0))),
        ];
        return new ProgressFigures
        {
            Now = now,
            Stages = stages,
            TokensReadPerSecond = Rate(now.TokensRead, then?.TokensRead ?? 0),
            TokensWrittenPerSecond = Rate(now.TokensWritten, then?.TokensWritten ?? 0),
            TimeLeft = TimeLeft(stages),
            Stopping = stopping,
        };
    }

    private static TimeSpan? TimeLeft(IReadOnlyList<StageFigures> stages)
    {
        double longest = -1;
        // A stage that has not begun waits for one that has.
        foreach (StageFigures stage in stages.Where(s => s.Now.Expected > s.Now.Done && s.Now.Done > 0))
        {
            if (stage.PerSecond <= 0) return null;
            longest = Math.Max(longest, (stage.Now.Expected - stage.Now.Done) / stage.PerSecond);
        }

        // Above a month the estimate says nothing, and TimeSpan has an end.
        return longest is < 0 or > 30 * 86400.0 ? null : TimeSpan.FromSeconds(longest);
    }
}
