using R2Synth.Miners.Retrieval;

namespace R2Synth.Miners.Tests.Retrieval;

public class ReciprocalRankFusionTests
{
    [Fact]
    public void Fuse_adds_reciprocal_ranks_and_breaks_ties_by_docid()
    {
        IReadOnlyList<Hit> fused = ReciprocalRankFusion.Fuse([[new(2, 9), new(0, 8)], [new(0, 1), new(2, 0.5), new(1, 0.1)]], Corpus.Of("", "", ""));
        Assert.Equal([0, 2, 1], fused.Select(h => h.Passage));
        Assert.Equal((1.0 / 61) + (1.0 / 62), fused[0].Score, 15);
        Assert.Equal(fused[0].Score, fused[1].Score);
        Assert.Equal(1.0 / 63, fused[2].Score, 15);
    }

    [Fact]
    public void Fuse_nothing_gives_nothing() => Assert.Empty(ReciprocalRankFusion.Fuse([], []));

    [Fact]
    public void Fuse_k_below_one_throws() => Assert.Throws<ArgumentOutOfRangeException>(() => ReciprocalRankFusion.Fuse([], [], 0));
}
