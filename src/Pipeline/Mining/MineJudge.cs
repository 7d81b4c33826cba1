using R2Synth.Miners.Ranking;

namespace R2Synth.Pipeline.Mining;

/// <summary>One of the judges that <c>mine</c> asks.</summary>
/// <param name="Method">How it judges.</param>
/// <param name="Judge">The judge.</param>
/// <param name="Strong">The same method by the backend that confirms; null without one.</param>
internal sealed record MineJudge(JudgeDescription Method, IPassageJudge Judge, IPassageJudge? Strong)
{
    /// <summary>The judge's name.</summary>
    public string Name => Judge.Name;
}
