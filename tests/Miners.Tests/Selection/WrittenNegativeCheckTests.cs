using R2Synth.Miners.Ranking;
using R2Synth.Miners.Selection;

namespace R2Synth.Miners.Tests.Selection;

public class WrittenNegativeCheckTests
{
    [Theory]
    [InlineData(-1, -1, true, true, true)] // ahead with both
    [InlineData(-1, -3, true, true, false)] // the judges disagree
    [InlineData(-1, -3, true, false, true)] // the only voter
    [InlineData(-3, -1, true, false, false)]
    [InlineData(-3, -1, false, true, true)]
    [InlineData(-1, -1, false, false, false)] // nobody votes
    [InlineData(-2, -2, true, true, false)] // equal
    [InlineData(-1, -2, true, true, true)] // ahead with one, equal with the other
    public void Check_refuses_a_negative_that_is_ahead(double ql, double rc, bool qlVotes, bool rcVotes, bool refused) => Assert.Equal(
        refused ? "negative-outscores-positive" : null,
        WrittenNegativeCheck.Check(new JudgeScore(-2, -2), new JudgeScore(ql, rc), new Voters(qlVotes, rcVotes)));
}
