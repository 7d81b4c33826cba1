namespace R2Synth.Miners.Ranking;

/// <summary>One query of a judge's measurement.</summary>
public sealed record JudgedQuery
{
    /// <summary>The verdicts, one a passage.</summary>
    public required IReadOnlyList<JudgedSample> Samples { get; init; }

    /// <summary>The same passages in a drawn order and in its reverse, one list each; empty where that is not asked for. Ask for it of judges that see the other passages (<see cref="JudgeDescription.SeesOthers"/>).</summary>
    public IReadOnlyList<IReadOnlyList<JudgedSample>> Orders { get; init; } = [];
}
