using R2Synth.Inference;
using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Ranking;

public class JudgesTests
{
    public static TheoryData<string, int> EveryJudge()
    {
        TheoryData<string, int> data = [];
        foreach (string name in Judges.Names.Where(name => name != JudgeNames.Answer)) // which tells no worth: AnswerCheckJudgeTests
        {
            foreach (int passages in (int[])[1, 2, 7, 45]) data.Add(name, passages);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(EveryJudge))]
    public async Task A_judge_ranks_by_worth_for_the_calls_that_it_states_in_advance(string name, int count)
    {
        FakeScorer scorer = KnownWorth.Scorer();
        FakeChat chat = KnownWorth.Chat();
        FakeReranker reranker = new(text => RerankScore.Of(KnownWorth.In(text)[0]));
        ReplyCounts counts = new();
        IPassageJudge judge = KnownWorth.Judge(name, new JudgeModels { Scorer = scorer, Chat = chat, Reranker = reranker }, options => options.RerankDocuments = 10, counts);
        Passage[] passages = KnownWorth.Shuffled(count, 3);
        JudgeCost cost = judge.Cost(count);

        IReadOnlyList<JudgeVerdict> verdicts = await judge.JudgeAsync("which is worth most", passages);

        Assert.Equal(name, judge.Name);
        Assert.All(verdicts, verdict => Assert.Null(verdict.Fault));
        Assert.Equal(Enumerable.Range(1, count).Reverse().Take(10), KnownWorth.ByScore(verdicts, passages).Take(10));
        int calls = scorer.Calls.Sum(call => call.Continuations.Count) + chat.Asked.Count + reranker.Calls.Count;
        int read = scorer.Calls.Sum(call => call.Continuations.Sum(one => KnownWorth.In(call.Prefix + one.Lead).Length)) + chat.Asked.Sum(text => KnownWorth.In(text).Length) + reranker.Calls.Sum();
        if (name == JudgeNames.Setwise)
        {
            Assert.InRange(calls, Math.Min(1, count - 1), cost.Calls);
            Assert.InRange(read, 0, cost.PassagesRead);
        }
        else
        {
            Assert.Equal(cost, new JudgeCost(calls, read));
        }

        Assert.Equal((count, 0), (counts.Verdicts, counts.Failed.Count));
    }

    [Theory]
    [MemberData(nameof(EveryJudge))]
    public async Task A_judge_whose_model_fails_gives_no_verdict_and_says_why(string name, int count)
    {
        foreach ((Exception fault, string reason) in new (Exception, string)[] { (new CallFailedException("x"), JudgeFaults.CallFailed), (new ContextExceededException("x"), JudgeFaults.TooLong) })
        {
            ReplyCounts counts = new();
            JudgeModels models = new() { Scorer = new FakeScorer((_, _) => throw fault), Chat = new FakeChat(_ => throw fault), Reranker = new FakeReranker(_ => throw fault) };
            IReadOnlyList<JudgeVerdict> verdicts = await KnownWorth.Judge(name, models, counts: counts).JudgeAsync("q", KnownWorth.Shuffled(count, 1));
            bool comparesOnly = name is JudgeNames.Listwise or JudgeNames.Setwise or JudgeNames.Pairwise;
            if (comparesOnly && count == 1) continue; // a passage alone is the first without a call
            int alone = name == JudgeNames.Pairwise ? 1 : 0; // with nobody left to be compared to
            Assert.Equal(count - alone, verdicts.Count(verdict => verdict.Fault == reason && verdict.Score is null));
            Assert.Equal(count - alone, counts.Failed[reason]);
        }

        IPassageJudge stopped = KnownWorth.Judge(name, new JudgeModels
        {
            Scorer = new FakeScorer((_, _) => throw new InputException("no money")),
            Chat = new FakeChat(_ => throw new InputException("no money")),
            Reranker = new FakeReranker(_ => throw new InputException("no money")),
        });
        if (stopped.Cost(count).Calls > 0) await Assert.ThrowsAsync<InputException>(() => stopped.JudgeAsync("q", KnownWorth.Shuffled(count, 1)));
    }

    [Theory]
    [InlineData(new double[0])]
    [InlineData(new[] { double.NaN, double.NaN, double.NaN, double.NaN })]
    [InlineData(new[] { double.NegativeInfinity, double.NegativeInfinity, double.NegativeInfinity, double.NegativeInfinity })]
    [InlineData(new[] { -3.0, -3.0, -3.0, -3.0 })]
    public async Task Labels_that_tell_nothing_are_no_verdict(double[] labels)
    {
        FakeScorer scorer = new((_, continuation) => new ContinuationScore { LogLikelihood = double.NaN, Tokens = 3, Labels = [.. labels.Take(continuation.Labels.Count)] });
        foreach (string name in Judges.Names.Where(name => Judges.Get(name).Needs.Any(need => need.HasFlag(BackendAbilities.TokenScores))))
        {
            ReplyCounts counts = new();
            IReadOnlyList<JudgeVerdict> verdicts = await KnownWorth.Judge(name, new JudgeModels { Scorer = scorer }, counts: counts).JudgeAsync("q", KnownWorth.Passages(1, 2, 3));
            // In pairwise the last one has nobody left who could beat it.
            Assert.Equal(name == JudgeNames.Pairwise ? 2 : 3, verdicts.Count(verdict => verdict.Score is null && verdict.Fault is JudgeFaults.NoLabel or JudgeFaults.NotANumber));
            Assert.Equal(name == JudgeNames.Pairwise ? 2 : 3, counts.Failed.Values.Sum());
        }
    }

    [Fact]
    public void A_model_that_cannot_is_refused_with_what_it_could_do_instead()
    {
        string message = Assert.Throws<InputException>(() => KnownWorth.Judge(JudgeNames.Graded, new JudgeModels { Chat = KnownWorth.Chat() })).Message;
        Assert.Equal("The judge 'graded' needs a model with TokenScores, and this one has Chat. It can be asked by: answer, listwise, pairwise, setwise.", message);
        Assert.Contains("needs a model with TokenScores, PromptScores, and this one has TokenScores. It can be asked by: graded, pairwise, setwise, yes-no.",
            Assert.Throws<InputException>(() => KnownWorth.Judge(JudgeNames.Gecko, new JudgeModels { Scorer = KnownWorth.Scorer(), ScoresTexts = false })).Message, StringComparison.Ordinal);
        Assert.Equal("There is no judge 'best'. Known: answer, gecko, graded, likelihood, listwise, pairwise, qwen3-reranker, rerank, setwise, yes-no.",
            Assert.Throws<InputException>(() => Judges.Get("best")).Message);
        Assert.Contains("Judges:ListwiseStep is 5; it has to be at most Judges:ListwiseWindow, which is 4",
            Assert.Throws<InputException>(() => KnownWorth.Judge(JudgeNames.Listwise, new JudgeModels { Chat = KnownWorth.Chat() }, options => (options.ListwiseWindow, options.ListwiseStep) = (4, 5))).Message, StringComparison.Ordinal);
        Assert.Equal(Judges.Names.Order(StringComparer.Ordinal), Judges.Names);
    }

    [Fact]
    public async Task A_blank_query_and_no_passages_are_misuse()
    {
        IPassageJudge judge = KnownWorth.Judge(JudgeNames.YesNo, new JudgeModels { Scorer = KnownWorth.Scorer() });
        await Assert.ThrowsAsync<ArgumentException>(() => judge.JudgeAsync(" ", KnownWorth.Passages(1)));
        await Assert.ThrowsAnyAsync<ArgumentException>(() => judge.JudgeAsync("q", []));
        Assert.ThrowsAny<ArgumentException>(() => judge.Cost(0));
    }

    [Theory]
    [MemberData(nameof(EveryJudge))]
    public async Task The_same_input_gives_the_same_verdicts(string name, int count)
    {
        JudgeModels Models() => new() { Scorer = KnownWorth.Scorer(), Chat = KnownWorth.Chat(), Reranker = new FakeReranker(text => RerankScore.Of(KnownWorth.In(text)[0])) };
        Passage[] passages = KnownWorth.Shuffled(count, 5);
        Assert.Equal(await KnownWorth.Judge(name, Models()).JudgeAsync("q", passages), await KnownWorth.Judge(name, Models()).JudgeAsync("q", passages));
    }
}
