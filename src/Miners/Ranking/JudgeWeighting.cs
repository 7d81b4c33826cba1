namespace R2Synth.Miners.Ranking;

/// <summary>What a judge's vote weighs in a fusion.</summary>
public enum JudgeWeighting
{
    /// <summary>1 each, as Gecko has it.</summary>
    Equal,

    /// <summary>What it was measured to be worth: <see cref="JudgeVote.Worth"/>.</summary>
    ByWorth,
}
