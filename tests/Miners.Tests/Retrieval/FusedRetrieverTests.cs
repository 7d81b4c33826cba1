using R2Synth.Miners.Retrieval;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Retrieval;

public class FusedRetrieverTests
{
    private static readonly Passage[] Four = Corpus.Of("a", "b", "c", "d");

    [Fact]
    public async Task Each_is_asked_deeper_than_the_answer_and_ranks_are_fused()
    {
        FakeRetriever one = new("one", _ => [new(0, 9), new(1, 8)]), two = new("two", _ => [new(1, 0.2), new(2, 0.1)]);
        FusedRetriever fused = new([one, two], Four, leastDepth: 50);
        Assert.Equal("one+two", fused.Name);
        IReadOnlyList<Hit> hits = await fused.SearchAsync("query", 2);
        Assert.Equal([1, 0], hits.Select(hit => hit.Passage));
        Assert.Equal((1.0 / 61) + (1.0 / 62), hits[0].Score, 12);
        Assert.Equal((50, 50), (one.Depth, two.Depth));
        Assert.Equal([hits, hits], await fused.RankAllAsync([new("1", "query"), new("2", "query")], 2));
    }
}
