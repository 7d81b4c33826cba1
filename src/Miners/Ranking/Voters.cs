namespace R2Synth.Miners.Ranking;

/// <summary>Which judges take part in the fusion.</summary>
/// <param name="Ql">Query likelihood votes.</param>
/// <param name="Rc">Relevance classification votes.</param>
public readonly record struct Voters(bool Ql, bool Rc)
{
    /// <summary>What query likelihood's vote weighs.</summary>
    public double QlWeight { get; init; } = 1;

    /// <summary>What relevance classification's vote weighs.</summary>
    public double RcWeight { get; init; } = 1;

    /// <summary>What the retriever weighs where it stands in for a judge without a vote.</summary>
    public double RetrieverWeight { get; init; } = 1;

    /// <summary>Gecko's own: both.</summary>
    public static Voters Both => new(true, true);

    /// <summary>The judges that vote.</summary>
    /// <param name="choice">Who decides.</param>
    /// <param name="votes">What <see cref="JudgeCalibration.Measure"/> gave; a judge without a measurement has earned nothing.</param>
    /// <param name="weighting">What a vote weighs; by worth the retriever too, which was measured beside the judges.</param>
    public static Voters From(VoterChoice choice, IReadOnlyList<JudgeVote> votes, JudgeWeighting weighting = JudgeWeighting.Equal)
    {
        Voters voters = choice switch
        {
            VoterChoice.Earned => new(votes.Any(v => v.Judge == ScoreNames.Ql && v.Votes), votes.Any(v => v.Judge == ScoreNames.Rc && v.Votes)),
            VoterChoice.Both => Both,
            _ => new(choice == VoterChoice.Ql, choice == VoterChoice.Rc),
        };
        return weighting == JudgeWeighting.Equal ? voters
            : voters with { QlWeight = Weight(ScoreNames.Ql), RcWeight = Weight(ScoreNames.Rc), RetrieverWeight = Weight(ScoreNames.Rrf) };

        double Weight(string judge) => Math.Max(0, votes.FirstOrDefault(v => v.Judge == judge)?.Worth ?? 0);
    }

    /// <summary>A measurement with the vote that the judge really has.</summary>
    /// <param name="vote">A measurement.</param>
    public JudgeVote Apply(JudgeVote vote)
    {
        ArgumentNullException.ThrowIfNull(vote);
        return vote with { Votes = (Ql && vote.Judge == ScoreNames.Ql) || (Rc && vote.Judge == ScoreNames.Rc) };
    }
}
