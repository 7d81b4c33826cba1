using R2Synth.Inference;
using R2Synth.Miners.Ranking;
using R2Synth.Pipeline.Recipes;
using R2Synth.Records;

namespace R2Synth.Pipeline.Tests.Recipes;

public class RecipeMethodsTests
{
    // ql is worth 0.6, rc 0.2 and not enough to vote, the retriever 1.
    private static readonly JudgeVote[] Votes = [Vote(ScoreNames.Ql, 0.8, true), Vote(ScoreNames.Rc, 0.6, false), Vote(ScoreNames.Rrf, 1, false)];

    [Theory]
    [InlineData(null, "likelihood yes-no", true, "ql rc")]
    [InlineData("gecko", "likelihood yes-no", true, "ql rc")]
    [InlineData("yes-no+Likelihood", "yes-no likelihood", true, "ql rc")]
    [InlineData("yes-no", "yes-no", true, "ql rc")]
    [InlineData("graded", "graded", false, "graded")]
    [InlineData("qwen3-reranker+likelihood", "qwen3-reranker likelihood", false, "qwen3-reranker likelihood")]
    public void Methods_are_read(string? method, string judges, bool fromOneReading, string scores)
    {
        RecipeMethods methods = Of(method);
        Assert.Equal(judges.Split(' '), methods.Methods.Select(judge => judge.Name));
        Assert.Equal((fromOneReading, scores), (methods.FromOneReading, string.Join(' ', methods.Scores)));
    }

    [Theory]
    [InlineData("listwise", "Judges:Method is 'listwise', and 'listwise' does not judge in a recipe. There one or two of graded, likelihood, qwen3-reranker, yes-no judge passage by passage, or gecko, which is both of Gecko's. For r2synth mine name it with --judging.")]
    [InlineData("yes-no+answer", "and 'answer' does not judge in a recipe.")]
    [InlineData("gecko+graded", "and 'gecko' does not judge in a recipe.")]
    [InlineData("likelihood+yes-no+graded", "Judges:Method is 'likelihood+yes-no+graded': a recipe asks at most 2 judges. r2synth mine asks any number.")]
    [InlineData("yesno", "There is no judge 'yesno'. Did you mean 'yes-no'?")]
    [InlineData("graded+graded", "names the judge 'graded' more than once")]
    public void What_cannot_judge_in_a_recipe_is_refused(string method, string message) =>
        Assert.Contains(message, Assert.Throws<InputException>(() => Of(method)).Message, StringComparison.Ordinal);

    [Fact]
    public void Only_judges_that_are_asked_vote_and_are_named()
    {
        R2SynthOptions options = new() { Mining = { Voters = VoterChoice.Both } };
        Assert.Equal(Voters.Both, Of(null).Voters(options, Votes));
        Assert.Equal(new Voters(false, true), Of("yes-no").Voters(options, Votes));
        Assert.Equal(new Voters(true, false), Of("graded").Voters(options, Votes));
        Assert.Equal(["ql", "rc", "rrf"], Of("gecko").Named(Voters.Both, Votes, "r").Select(vote => vote.Judge));
        Assert.Equal(["rc", "rrf"], Of("yes-no").Named(new Voters(false, true), Votes, "r").Select(vote => vote.Judge));
        Assert.Equal(["graded", "yes-no", "rrf"], Of("graded+yes-no").Named(Voters.Both, Votes, "r").Select(vote => vote.Judge));
        Assert.Equal([true, true, false], Of("graded+yes-no").Named(Voters.Both, Votes, "r").Select(vote => vote.Votes));

        R2SynthOptions byWorth = new() { Judges = { Weights = JudgeWeighting.ByWorth } };
        Voters weighed = Of("likelihood").Voters(byWorth, Votes);
        Assert.Equal((true, false), (weighed.Ql, weighed.Rc));
        Assert.Equal([0.6, 0.2, 1], [weighed.QlWeight, weighed.RcWeight, weighed.RetrieverWeight], (one, other) => Math.Abs(one - other) < 1e-12);
    }

    [Theory]
    [InlineData(null, true)] // one of the two only ranks
    [InlineData("graded+yes-no", false)]
    [InlineData("graded+likelihood", true)]
    public void Agreement_is_of_two(string? method, bool onBest)
    {
        JudgeAgreements agreements = Of(method).Agreements();
        agreements.Add(Of(method).ByJudge([new JudgeScore(2, 0.9), new JudgeScore(1, 0.6)]));
        JudgeAgreement agreement = Assert.Single(agreements.Read());
        Assert.Equal((onBest, 1L, onBest ? 0L : 1L), (agreement.OnBest, agreement.Both, agreement.OnlySecond));
        Assert.Empty(Of("graded").Agreements().Read());
    }

    [Fact]
    public async Task Where_one_of_two_fails_there_is_no_verdict_and_a_single_ones_score_stands_for_both()
    {
        Passage passage = new() { Docid = "d", Text = "t" };
        RecipeVerdict[] two = [.. await Judges("graded+yes-no", query => query == "a" ? JudgeVerdict.Of(2) : JudgeVerdict.Of(1), query => query == "a" ? JudgeVerdict.Of(0.5) : JudgeVerdict.Failed("no-label"))
            .ScoreAsync(passage, ["a", "b"], default)];
        Assert.Equal(new RecipeVerdict(new JudgeScore(2, 0.5), "", ""), two[0]);
        Assert.Equal(new RecipeVerdict(null, "no-label", "The judge 'yes-no' has no verdict on 'd': no-label"), two[1]);
        Assert.Equal(new JudgeScore(3, 3), (await Judges("graded", _ => JudgeVerdict.Of(3)).ScoreAsync(passage, ["a"], default))[0].Score);
        RecipeVerdict failed = (await Judges("graded", _ => throw new CallFailedException("nobody answers")).ScoreAsync(passage, ["a"], default))[0];
        Assert.Equal(new RecipeVerdict(null, "call-failed", "nobody answers"), failed);
    }

    private static RecipeMethods Of(string? method) => RecipeMethods.From(new JudgesOptions { Method = method });

    private static RecipeJudges Judges(string method, params Func<string, JudgeVerdict>[] says) => new(Of(method), null!, [.. says.Select(say => new SayingJudge(say))]); // Gecko's reading is not asked

    private static JudgeVote Vote(string judge, double auc, bool votes) => new()
    {
        Judge = judge,
        AucRetrieved = auc,
        AucRetrievedLow = 0,
        AucRetrievedHigh = 1,
        AucRandom = 1,
        AucRandomLow = 1,
        AucRandomHigh = 1,
        Queries = 9,
        Votes = votes,
    };

    private sealed class SayingJudge(Func<string, JudgeVerdict> says) : IPointwiseJudge
    {
        public string Name => "saying";

        public JudgeCost Cost(int passages) => new(passages, passages);

        public Task<IReadOnlyList<JudgeVerdict>> JudgeAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<IReadOnlyList<JudgeVerdict>> ScoreAsync(Passage passage, IReadOnlyList<string> queries, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<JudgeVerdict>>([.. queries.Select(says)]);
    }
}
