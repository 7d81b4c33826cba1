using R2Synth.Miners.Ranking;
using R2Synth.Miners.Selection;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Selection;

public class RelabellerTests
{
    private static readonly RankedCandidate[] Ranked = [Corpus.Ranked(3, 2), Corpus.Ranked(5, 1), Corpus.Ranked(4, 3)];

    [Fact]
    public void Relabel_the_best_wins_against_the_seed()
    {
        Relabelling result = Relabeller.Relabel(Ranked, 3);
        Assert.Equal((5, Origin.Relabelled, 3), (result.Positive.Candidate.Passage, result.Origin, result.LostSeed?.Candidate.Passage));
    }

    [Fact]
    public void Relabel_the_seed_that_wins_stays()
    {
        Relabelling result = Relabeller.Relabel(Ranked, 5);
        Assert.Equal((5, Origin.Seed, null), (result.Positive.Candidate.Passage, result.Origin, result.LostSeed));
    }

    [Fact]
    public void Relabel_without_seed_the_positive_is_mined() => Assert.Equal(Origin.Mined, Relabeller.Relabel(Ranked, null).Origin);

    [Fact]
    public void Relabel_a_seed_that_was_not_judged_throws()
    {
        Assert.Throws<ArgumentException>(() => Relabeller.Relabel(Ranked, 9));
        Assert.Throws<ArgumentException>(() => Relabeller.Relabel([], null));
    }

    [Fact]
    public void ToJudgedPassage_keeps_every_score_and_the_rank()
    {
        RankedCandidate ranked = new()
        {
            Candidate = new() { Passage = 1, Bm25 = 7.5, Dense = 0.5, Rrf = 0.03, RetrieverRank = 4 },
            Score = new JudgeScore(-2, -1),
            Fused = 1.5,
            Rank = 2,
        };
        Passage[] passages = [new() { Docid = "a", Text = "x" }, new() { Docid = "b", Title = "T", Text = "y" }];
        JudgedPassage judged = ranked.ToJudgedPassage(passages, Origin.Mined);
        Assert.Equal(("b", "T", "y", Origin.Mined, 2), (judged.Docid, judged.Title, judged.Text, judged.Origin, judged.Rank));
        Assert.Equal(
            new Dictionary<string, double> { ["bm25"] = 7.5, ["dense"] = 0.5, ["fused"] = 1.5, ["ql"] = -2, ["rc"] = -1, ["rrf"] = 0.03 },
            judged.Scores);
        Assert.Equal(["bm25", "dense", "rrf"], ranked.ToJudgedPassage(passages, Origin.Mined, judges: []).Scores.Keys);
    }
}
