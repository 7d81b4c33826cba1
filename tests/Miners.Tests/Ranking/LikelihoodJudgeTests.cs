using R2Synth.Inference;
using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Ranking;

public class LikelihoodJudgeTests
{
    private static readonly JudgePrompt Prompt = new()
    {
        PassagePrefix = p => $"Passage: {p.Title}|{p.Text}",
        NoPassagePrefix = "Nothing.",
        QueryLead = "\nQuery:",
        VerdictLead = "\nRelevant?",
        Labels = [" Yes", " No"],
        Hash = "h",
    };

    [Fact]
    public async Task Score_reads_the_passage_once_for_all_queries_and_both_scores()
    {
        FakeScorer scorer = new((_, c) => new ContinuationScore { LogLikelihood = -c.Text.Length, Tokens = 2, Labels = [-1, -3] });
        IReadOnlyList<JudgeScore> scores = await new LikelihoodJudge(scorer, Prompt, 3).ScoreAsync(
            new Passage { Docid = "d", Title = "T\nt", Text = "one\n two  three four" }, ["first", "the\nsecond"]);

        (string prefix, IReadOnlyList<Continuation> continuations) = Assert.Single(scorer.Calls);
        Assert.Equal("Passage: T t|one two three", prefix);
        Assert.Equal([" first", " the second"], continuations.Select(c => c.Text));
        Assert.All(continuations, c => Assert.Equal(("\nQuery:", "\nRelevant?"), (c.Lead, c.Then)));
        Assert.Equal([" Yes", " No"], continuations[0].Labels);
        Assert.Equal([-3, -5.5], scores.Select(s => s.Ql));
        Assert.All(scores, s => Assert.Equal(Math.Log(Math.Exp(-1) / (Math.Exp(-1) + Math.Exp(-3))), s.Rc, 12));
    }

    [Theory]
    [InlineData(-1.0, -1.0, -0.6931471805599453)]
    [InlineData(-700.0, -1.0, JudgeScore.LowestRc)]
    [InlineData(-1.0, -2000.0, 0.0)]
    [InlineData(double.NegativeInfinity, -1.0, JudgeScore.LowestRc)]
    [InlineData(-1.0, double.NegativeInfinity, 0.0)]
    [InlineData(double.NegativeInfinity, double.NegativeInfinity, -0.6931471805599453)]
    public async Task Score_rc_is_finite_whatever_the_labels(double yes, double no, double expected)
    {
        FakeScorer scorer = new((_, _) => new ContinuationScore { LogLikelihood = -1, Tokens = 1, Labels = [yes, no] });
        JudgeScore score = Assert.Single(await new LikelihoodJudge(scorer, Prompt, 10).ScoreAsync(new Passage { Docid = "d", Text = "t" }, ["q"]));
        Assert.Equal(expected, score.Rc, 12);
    }

    [Fact]
    public async Task Grounding_is_what_the_passage_tells_of_the_query()
    {
        FakeScorer scorer = new((prefix, _) => new ContinuationScore { LogLikelihood = prefix == "Nothing." ? -9 : -4, Tokens = 2, Labels = [-1, -1] });
        LikelihoodJudge judge = new(scorer, Prompt, 10);
        JudgeScore seed = Assert.Single(await judge.ScoreAsync(new Passage { Docid = "d", Text = "t" }, ["q"]));
        double without = Assert.Single(await judge.ScoreWithoutPassageAsync(["q"]));
        Assert.Equal(2.5, LikelihoodJudge.Grounding(seed.Ql, without));
        Assert.Empty(scorer.Calls[1].Continuations[0].Labels);
    }

    [Fact]
    public async Task Score_blank_query_throws()
    {
        LikelihoodJudge judge = new(new FakeScorer((_, _) => throw new InvalidOperationException()), Prompt, 10);
        await Assert.ThrowsAsync<ArgumentException>(() => judge.ScoreAsync(new Passage { Docid = "d", Text = "t" }, ["q", " "]));
        await Assert.ThrowsAsync<ArgumentException>(() => judge.ScoreAsync(new Passage { Docid = "d", Text = "t" }, []));
    }

    [Fact]
    public void Constructor_other_than_two_labels_throws() =>
        Assert.Throws<ArgumentException>(() => new LikelihoodJudge(new FakeScorer((_, _) => throw new InvalidOperationException()), Prompt with { Labels = [" Yes"] }, 10));
}
