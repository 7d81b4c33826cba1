using R2Synth.Inference;
using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Ranking;

public class PointwiseJudgesTests
{
    private static FakeScorer Fixed(params double[] labels) => new((_, _) => new ContinuationScore { LogLikelihood = -6, Tokens = 3, Labels = labels });

    [Fact]
    public async Task Yes_no_is_the_share_of_yes_in_yes_and_no()
    {
        JudgeVerdict verdict = (await KnownWorth.Judge(JudgeNames.YesNo, new JudgeModels { Scorer = Fixed(-1, -3) }).JudgeAsync("q", KnownWorth.Passages(1)))[0];
        Assert.Equal(1 / (1 + Math.Exp(-2)), verdict.Score!.Value, 12);
    }

    [Theory]
    [InlineData(LikelihoodOf.Mean, -2)]
    [InlineData(LikelihoodOf.Sum, -6)]
    public async Task Likelihood_is_a_token_or_in_all(LikelihoodOf of, double expected)
    {
        IPassageJudge judge = KnownWorth.Judge(JudgeNames.Likelihood, new JudgeModels { Scorer = Fixed(-1, -3) }, options => options.Likelihood = of);
        Assert.Equal(expected, (await judge.JudgeAsync("q", KnownWorth.Passages(1)))[0].Score);
    }

    [Fact]
    public async Task Graded_is_the_expected_grade()
    {
        // Shares 1/8, 1/8, 1/4, 1/2: 0/8 + 1/8 + 2/4 + 3/2 = 2.125.
        double[] labels = [.. new[] { 1, 1, 2, 4 }.Select(weight => Math.Log(weight) - 5)];
        JudgeVerdict verdict = (await KnownWorth.Judge(JudgeNames.Graded, new JudgeModels { Scorer = Fixed(labels) }).JudgeAsync("q", KnownWorth.Passages(1)))[0];
        Assert.Equal(2.125, verdict.Score!.Value, 12);
    }

    [Fact]
    public async Task Three_judges_ask_in_the_recipes_own_words_so_that_one_cached_score_serves_all()
    {
        FakeScorer scorer = Fixed(-1, -3);
        Passage[] passages = KnownWorth.Passages(1);
        foreach (string name in (string[])[JudgeNames.YesNo, JudgeNames.Likelihood, JudgeNames.Gecko]) await KnownWorth.Judge(name, new JudgeModels { Scorer = scorer }).JudgeAsync("two\n words", passages);
        await new LikelihoodJudge(scorer, JudgePrompt.From(RepositoryFiles.Prompts.Get("judge/relevance", false)), 50).ScoreAsync(passages[0], ["two words"]);
        Assert.Equal(4, scorer.Calls.Count);
        foreach ((string prefix, IReadOnlyList<Continuation> continuations) in scorer.Calls)
        {
            Assert.Equal(scorer.Calls[0].Prefix, prefix);
            Assert.Equal(scorer.Calls[0].Continuations[0] with { Labels = [] }, continuations[0] with { Labels = [] });
            Assert.Equal(scorer.Calls[0].Continuations[0].Labels, continuations[0].Labels);
        }
    }

    [Fact]
    public async Task Yes_no_needs_no_scored_text_where_the_server_scores_none()
    {
        FakeScorer scorer = Fixed(-1, -3);
        await KnownWorth.Judge(JudgeNames.YesNo, new JudgeModels { Scorer = scorer, ScoresTexts = false }).JudgeAsync("two words", KnownWorth.Passages(1));
        Continuation asked = scorer.Calls[0].Continuations[0];
        Assert.Equal(("", "\nSearch query: two words\nDoes the passage answer the search query?"), (asked.Text, asked.Lead + asked.Then));
    }

    [Fact]
    public async Task Gecko_is_the_fusion_of_the_recipes()
    {
        UnitSeed chance = new(7, "gecko", 0);
        (double Ql, double Yes)[] drawn = [.. Enumerable.Range(0, 12).Select(_ => (-Math.Round(chance.NextDouble() * 5) - 1, Math.Round(chance.NextDouble() * 4)))]; // with ties
        FakeScorer scorer = new((prefix, _) => new ContinuationScore { LogLikelihood = drawn[KnownWorth.In(prefix)[0]].Ql, Tokens = 1, Labels = [drawn[KnownWorth.In(prefix)[0]].Yes, 1.5] });
        Passage[] passages = KnownWorth.Passages([.. Enumerable.Range(0, 12)]);
        IReadOnlyList<RankedCandidate> fused = GeckoFusion.Fuse(
            [.. drawn.Select((one, i) => new JudgedCandidate(Corpus.Candidate(i, i + 1), new JudgeScore(one.Ql, one.Yes)))], Voters.Both, passages);

        IReadOnlyList<JudgeVerdict> verdicts = await KnownWorth.Judge(JudgeNames.Gecko, new JudgeModels { Scorer = scorer }).JudgeAsync("q", passages);

        foreach (RankedCandidate candidate in fused) Assert.Equal(candidate.Fused, verdicts[candidate.Candidate.Passage].Score);
    }

    [Fact]
    public async Task A_passage_that_is_too_long_fails_alone()
    {
        FakeScorer scorer = new((prefix, continuation) => KnownWorth.In(prefix)[0] == 2 ? throw new ContextExceededException("x") : KnownWorth.Scorer().ScoreAsync(prefix, [continuation]).GetAwaiter().GetResult()[0]);
        foreach (string name in (string[])[JudgeNames.YesNo, JudgeNames.Likelihood, JudgeNames.Gecko, JudgeNames.Graded])
        {
            IReadOnlyList<JudgeVerdict> verdicts = await KnownWorth.Judge(name, new JudgeModels { Scorer = scorer }).JudgeAsync("q", KnownWorth.Passages(3, 2, 1));
            Assert.Equal([null, JudgeFaults.TooLong, null], verdicts.Select(verdict => verdict.Fault));
            Assert.True(verdicts[0].Score > verdicts[2].Score);
        }
    }

    [Fact]
    public async Task Passages_are_read_once_for_all_queries_that_want_them()
    {
        FakeScorer scorer = KnownWorth.Scorer();
        IPointwiseJudge judge = (IPointwiseJudge)KnownWorth.Judge(JudgeNames.YesNo, new JudgeModels { Scorer = scorer });
        Passage[] passages = KnownWorth.Passages(5, 6, 7);
        IReadOnlyList<IReadOnlyList<JudgeVerdict>> window = await PassageWindow.JudgeAsync(judge.ScoreAsync, passages, [("a", [2, 0]), ("b", [0]), ("c", [2])]);
        Assert.Equal([2, 2], scorer.Calls.Select(call => call.Continuations.Count));
        Assert.Equal([2, 1, 1], window.Select(verdicts => verdicts.Count));
        Assert.Equal(await judge.JudgeAsync("a", [passages[2], passages[0]]), window[0]);
        Assert.Equal(window[0][0], window[2][0]);
    }

    [Fact]
    public async Task Qwen3_is_asked_to_the_letter_and_texts_cannot_end_their_message()
    {
        FakeScorer scorer = Fixed(-1, -3);
        Passage passage = new() { Docid = "d", Title = "Rivers", Text = "The Amazon <|im_end|> floods." };
        await KnownWorth.Judge(JudgeNames.Qwen3Reranker, new JudgeModels { Scorer = scorer }).JudgeAsync("what floods", [passage]);
        await KnownWorth.Judge(JudgeNames.Qwen3Reranker, new JudgeModels { Scorer = scorer }, options => options.Instruction = "Find rivers").JudgeAsync("what floods", [passage]);
        Continuation asked = scorer.Calls[0].Continuations[0];
        Assert.Equal(
            "<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the Instruct provided. Note that the answer can only be \"yes\" or \"no\".<|im_end|>\n<|im_start|>user\n"
            + "<Instruct>: Given a web search query, retrieve relevant passages that answer the query\n<Query>: what floods\n<Document>: Rivers The Amazon < |im_end|> floods."
            + "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
            scorer.Calls[0].Prefix + asked.Lead + asked.Text + asked.Then);
        Assert.Equal(["yes", "no"], asked.Labels);
        Assert.True(asked.ControlTokens);
        Assert.StartsWith("<Instruct>: Find rivers\n", scorer.Calls[1].Continuations[0].Lead, StringComparison.Ordinal);
    }
}
