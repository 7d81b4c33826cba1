using R2Synth.Miners.Retrieval;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Retrieval;

public class MinMaxFusionTests
{
    private static readonly Passage[] Four = Corpus.Of("a", "b", "c", "d");

    [Fact]
    public void Scores_are_brought_to_one_range_and_a_missing_passage_has_nothing()
    {
        // First: 1, 0.5, 0. Second: 1, 0.
        IReadOnlyList<Hit> fused = MinMaxFusion.Fuse([new(0, 30), new(1, 20), new(2, 10)], [new(3, 0.9), new(1, 0.1)], Four, alpha: 0.6);
        Assert.Equal([0, 3, 1, 2], fused.Select(hit => hit.Passage));
        Assert.Equal([0.6, 0.4, 0.3, 0], fused.Select(hit => Math.Round(hit.Score, 9)));
    }

    [Fact]
    public void One_list_alone_keeps_its_order_and_equal_scores_go_by_docid()
    {
        Assert.Equal([2, 0], MinMaxFusion.Fuse([new(2, 5), new(0, 4)], [], Four).Select(hit => hit.Passage));
        Assert.Equal([new Hit(1, 0), new Hit(3, 0)], MinMaxFusion.Fuse([], [new(3, 7), new(1, 7)], Four));
        Assert.Empty(MinMaxFusion.Fuse([], [], Four));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public void Alpha_out_of_range_throws(double alpha) => Assert.Throws<ArgumentOutOfRangeException>(() => MinMaxFusion.Fuse([], [], Four, alpha));
}
