namespace R2Synth.Miners.Ranking;

/// <summary>Which judges take part in the fusion.</summary>
/// <param name="Ql">Query likelihood votes.</param>
/// <param name="Rc">Relevance classification votes.</param>
public readonly record struct Voters(bool Ql, bool Rc)
{
    /// <summary>Gecko's own: both.</summary>
    public static Voters Both => new(true, true);

    /// <summary>Those that a calibration admitted; a judge without a measurement has no vote.</summary>
    /// <param name="votes">What <see cref="JudgeCalibration.Measure"/> gave.</param>
    public static Voters From(IReadOnlyList<JudgeVote> votes) =>
        new(votes.Any(v => v.Judge == ScoreNames.Ql && v.Votes), votes.Any(v => v.Judge == ScoreNames.Rc && v.Votes));
}
