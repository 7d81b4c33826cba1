using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Ranking;

public class JudgeCalibrationTests
{
    [Fact]
    public void A_judge_that_knows_votes_one_that_guesses_does_not_and_the_retriever_never()
    {
        // Planted: ql lies 1 above noise in [0, 2) for the seed; rc is noise; rrf is perfect.
        IReadOnlyList<JudgeVote> votes = JudgeCalibration.Measure(Planted(64, (chance, seed) => new PassageScores(
            (seed ? 1 : 0) + (2 * chance.NextDouble()), chance.NextDouble(), seed ? 1 : 0)), 7);

        Assert.Equal(["ql", "rc", "rrf"], votes.Select(v => v.Judge));
        Assert.Equal([true, false, false], votes.Select(v => v.Votes));
        Assert.Equal(new Voters(true, false), Voters.From(VoterChoice.Earned, votes));
        Assert.Equal(new Voters(false, true), Voters.From(VoterChoice.Rc, votes));
        Assert.Equal(Voters.Both, Voters.From(VoterChoice.Both, votes));
        Assert.Equal(
            new Voters(true, false) { QlWeight = votes[0].Worth, RcWeight = Math.Max(0, votes[1].Worth), RetrieverWeight = 1 },
            Voters.From(VoterChoice.Earned, votes, JudgeWeighting.ByWorth)); // the retriever is never wrong here
        Assert.Equal((2 * votes[0].AucRetrieved) - 1, votes[0].Worth);
        Assert.Equal([false, true, false], votes.Select(vote => Voters.From(VoterChoice.Rc, votes).Apply(vote).Votes));
        Assert.Equal(0.875, votes[0].AucRetrieved, 0.05); // P(1 + U > V) for U, V in [0, 2) = 1 - (1/2)^2 / 2
        Assert.Equal(0.5, votes[1].AucRandom, 0.1);
        Assert.InRange(votes[1].AucRetrieved, votes[1].AucRetrievedLow, votes[1].AucRetrievedHigh);
        Assert.Equal((1, 1, 1), (votes[2].AucRetrieved, votes[2].AucRetrievedLow, votes[2].AucRandomHigh));
        Assert.All(votes, v => Assert.Equal(64, v.Queries));
    }

    [Fact]
    public void A_judge_that_is_worse_than_chance_does_not_vote()
    {
        JudgeVote rc = JudgeCalibration.Measure(Planted(64, (chance, seed) => new PassageScores(0, (seed ? -1 : 0) + (2 * chance.NextDouble()), 0)), 7)[1];
        Assert.False(rc.Votes);
        Assert.True(rc.AucRetrievedHigh < 0.5);
    }

    [Fact]
    public void A_judge_must_beat_both_retrieved_and_random_passages()
    {
        CalibrationQuery query = new() { Seed = new(1, 1, 1), Retrieved = [new(2, 0, 0)], Random = [new(0, 2, 0)] };
        Assert.All(JudgeCalibration.Measure([.. Enumerable.Repeat(query, 20)], 7), v => Assert.False(v.Votes));
    }

    [Theory]
    [InlineData(7, false)]
    [InlineData(8, true)]
    public void Too_few_queries_give_no_vote(int queries, bool votes)
    {
        CalibrationQuery query = new() { Seed = new(1, 1, 1), Retrieved = [default], Random = [default] };
        CalibrationQuery unmeasured = query with { Random = [] };
        JudgeVote ql = JudgeCalibration.Measure([.. Enumerable.Repeat(query, queries), unmeasured], 7)[0];
        Assert.Equal(votes, ql.Votes);
        Assert.Equal(queries, ql.Queries);
    }

    [Fact]
    public void Ties_count_half()
    {
        CalibrationQuery query = new() { Seed = default, Retrieved = [default, new(1, 0, 0)], Random = [default] };
        JudgeVote ql = JudgeCalibration.Measure([query], 7)[0];
        Assert.Equal((0.25, 0.5), (ql.AucRetrieved, ql.AucRandom));
    }

    [Fact]
    public void Nothing_measured_says_nothing()
    {
        JudgeVote ql = JudgeCalibration.Measure([], 7)[0];
        Assert.Equal((0.5, 0.0, 1.0, false), (ql.AucRetrieved, ql.AucRandomLow, ql.AucRandomHigh, ql.Votes));
    }

    [Fact]
    public void The_same_input_gives_the_same_votes()
    {
        IReadOnlyList<CalibrationQuery> queries = Planted(20, (chance, _) => new PassageScores(chance.NextDouble(), chance.NextDouble(), 0));
        Assert.Equal(JudgeCalibration.Measure(queries, 3), JudgeCalibration.Measure(queries, 3));
    }

    private static List<CalibrationQuery> Planted(int queries, Func<UnitSeed, bool, PassageScores> score)
    {
        List<CalibrationQuery> planted = [];
        for (int i = 0; i < queries; i++)
        {
            UnitSeed chance = new(42, "planted", i);
            planted.Add(new CalibrationQuery
            {
                Seed = score(chance, true),
                Retrieved = [.. Enumerable.Range(0, 19).Select(_ => score(chance, false))],
                Random = [.. Enumerable.Range(0, 5).Select(_ => score(chance, false))],
            });
        }

        return planted;
    }
}
