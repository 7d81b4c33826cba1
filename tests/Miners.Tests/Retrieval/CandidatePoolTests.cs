using R2Synth.Miners.Retrieval;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Retrieval;

public class CandidatePoolTests
{
    private static readonly string[] Texts = ["boat", "boat shore", "Boat  shore", "boat shore tree", "tree", "leaf zzz", "quiz"];

    [Fact]
    public async Task Find_candidates_are_fused_and_ranked_from_one()
    {
        CandidateSet set = await FindAsync("boat shore", null, candidates: 3);
        Assert.Equal([1, 2, 3], set.Candidates.Select(c => c.RetrieverRank));
        Assert.Null(set.SeedRank);
        Assert.Equal(1, set.Candidates[0].Passage);
        Assert.Equal(1, set.Candidates[0].Dense!.Value, 6);
        Assert.Equal([1, 1], [set.Candidates[0].Bm25Rank, set.Candidates[0].BestRank]);
        Assert.True(set.Candidates[0].Bm25 > set.Candidates[1].Bm25);
        Assert.Equal(2.0 / 61, set.Candidates[0].Rrf, 12);
    }

    [Fact]
    public async Task Find_copies_are_left_out_and_counted()
    {
        CandidateSet set = await FindAsync("boat shore", null);
        Assert.Contains(1, set.Candidates.Select(c => c.Passage));
        Assert.DoesNotContain(2, set.Candidates.Select(c => c.Passage));
        Assert.Equal(1, set.Copies);
    }

    [Fact]
    public async Task Find_the_seed_is_preferred_to_its_copy()
    {
        CandidateSet set = await FindAsync("boat shore", seed: 2);
        Assert.DoesNotContain(1, set.Candidates.Select(c => c.Passage));
        Assert.Equal(1, set.SeedRank);
        Assert.Equal(2, set.Candidates[0].Passage);
    }

    [Fact]
    public async Task Find_a_seed_beyond_N_comes_last_with_its_true_rank()
    {
        CandidateSet set = await FindAsync("boat shore", seed: 5, candidates: 2);
        Assert.Equal(3, set.Candidates.Count);
        Assert.Equal(5, set.Candidates[2].Passage);
        Assert.Equal(set.SeedRank, set.Candidates[2].RetrieverRank);
        Assert.True(set.SeedRank > 3);
        Assert.True(set.Candidates[2].Rrf > 0);
    }

    [Fact]
    public async Task Find_a_seed_beyond_the_depth_has_no_rank_but_true_scores()
    {
        CandidateSet set = await FindAsync("boat shore", seed: 4, candidates: 2, depth: 2);
        Assert.Null(set.SeedRank);
        Candidate seed = set.Candidates[^1];
        Assert.Equal(4, seed.Passage);
        Assert.Equal(0, seed.Rrf);
        Assert.Equal(0, seed.Bm25);
        Assert.True(seed.Dense > 0);
        Assert.Equal(set.Candidates.Count, seed.RetrieverRank);
    }

    private static async Task<CandidateSet> FindAsync(string query, int? seed, int candidates = 20, int depth = 100)
    {
        Passage[] passages = Corpus.Of(Texts);
        using Bm25Retriever bm25 = Bm25Retriever.Build(passages);
        DenseRetriever dense = await DenseRetriever.BuildAsync(FakeEmbedder.OfLetters(), passages);
        CandidatePool pool = new(passages, [bm25, dense], dense, new MiningOptions { Candidates = candidates, RetrievalDepth = depth });
        return await pool.FindAsync(new RetrievalQuery("", query), seed is int s ? [s] : []);
    }
}
