using CsCheck;
using R2Synth.Miners.Ranking;

namespace R2Synth.Miners.Tests.Ranking;

public class GeckoFusionTests
{
    // Retriever order 0 1 2; ql order 1 0 2; rc order 2 1 0.
    private static readonly JudgedCandidate[] Three =
    [
        new(Corpus.Candidate(0, 1), new JudgeScore(-2, -3)),
        new(Corpus.Candidate(1, 2), new JudgeScore(-1, -2)),
        new(Corpus.Candidate(2, 57), new JudgeScore(-3, -1)),
    ];

    [Theory]
    [InlineData(true, true, new[] { 1, 2, 0 }, new[] { 1 + (1.0 / 2), (1.0 / 3) + 1, (1.0 / 2) + (1.0 / 3) })]
    [InlineData(true, false, new[] { 0, 1, 2 }, new[] { (1.0 / 2) + 1, 1 + (1.0 / 2), (1.0 / 3) + (1.0 / 3) })]
    [InlineData(false, true, new[] { 0, 2, 1 }, new[] { (1.0 / 3) + 1, 1 + (1.0 / 3), (1.0 / 2) + (1.0 / 2) })]
    [InlineData(false, false, new[] { 0, 1, 2 }, new[] { 1, 1.0 / 2, 1.0 / 3 })]
    public void Fuse_follows_the_equation_and_the_retriever_stands_in(bool ql, bool rc, int[] order, double[] fused)
    {
        IReadOnlyList<RankedCandidate> ranked = GeckoFusion.Fuse(Three, new Voters(ql, rc), Corpus.Of("", "", ""));
        Assert.Equal(order, ranked.Select(r => r.Candidate.Passage));
        Assert.Equal(fused, ranked.Select(r => r.Fused));
        Assert.Equal([1, 2, 3], ranked.Select(r => r.Rank));
    }

    [Theory]
    [InlineData(0.6, 0.2, 0, true, true, new[] { 1, 2, 0 })] // 0.6 + 0.2 / 2; 0.6 / 3 + 0.2; 0.6 / 2 + 0.2 / 3
    [InlineData(0.6, 0.2, 0.9, true, false, new[] { 0, 1, 2 })] // 0.6 / 2 + 0.9; 0.6 + 0.9 / 2; 0.6 / 3 + 0.9 / 3
    [InlineData(0.6, 0.2, 0, true, false, new[] { 1, 0, 2 })] // a retriever that is worth nothing leaves the judge alone
    [InlineData(0.6, 0.2, 0, false, false, new[] { 0, 1, 2 })]
    public void Fuse_weighs_the_votes(double qlWeight, double rcWeight, double retrieverWeight, bool ql, bool rc, int[] order) => Assert.Equal(
        order,
        GeckoFusion.Fuse(Three, new Voters(ql, rc) { QlWeight = qlWeight, RcWeight = rcWeight, RetrieverWeight = retrieverWeight }, Corpus.Of("", "", "")).Select(r => r.Candidate.Passage));

    [Fact]
    public void Fuse_equal_scores_take_successive_ranks_in_the_retrievers_order()
    {
        JudgedCandidate[] equal = [.. new[] { 2, 0, 1 }.Select(p => new JudgedCandidate(Corpus.Candidate(p, 3 - p), new JudgeScore(-1, -1)))];
        IReadOnlyList<RankedCandidate> ranked = GeckoFusion.Fuse(equal, Voters.Both, Corpus.Of("", "", ""));
        Assert.Equal([2, 1, 0], ranked.Select(r => r.Candidate.Passage));
        Assert.Equal([2, 1, 2.0 / 3], ranked.Select(r => r.Fused));
    }

    [Fact]
    public void Fuse_equal_retriever_ranks_go_by_docid()
    {
        JudgedCandidate[] equal = [.. new[] { 1, 0 }.Select(p => new JudgedCandidate(Corpus.Candidate(p, 1), new JudgeScore(-1, -1)))];
        Assert.Equal([0, 1], GeckoFusion.Fuse(equal, Voters.Both, Corpus.Of("", "")).Select(r => r.Candidate.Passage));
    }

    [Fact]
    public void Fuse_does_not_depend_on_the_order_of_the_candidates() =>
        Gen.Select(Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3]).Array[1, 12], Gen.Int[0, 3], Gen.Int).Sample((scores, voters, seed) =>
        {
            var passages = Corpus.Of(new string[scores.Length]);
            JudgedCandidate[] candidates = [.. scores.Select((s, i) => new JudgedCandidate(Corpus.Candidate(i, (i * 5 % 13) + 1), new JudgeScore(-s.Item1, -s.Item2)))];
            JudgedCandidate[] shuffled = [.. candidates];
            new Records.UnitSeed(seed, "test", 0).Shuffle<JudgedCandidate>(shuffled);
            Voters who = new(voters % 2 == 0, voters < 2);
            Assert.Equal(GeckoFusion.Fuse(candidates, who, passages), GeckoFusion.Fuse(shuffled, who, passages));
        });

    [Fact]
    public void Fuse_nothing_gives_nothing() => Assert.Empty(GeckoFusion.Fuse([], Voters.Both, []));
}
