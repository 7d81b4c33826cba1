using R2Synth.Inference;
using R2Synth.Miners.Ranking;
using R2Synth.Miners.Selection;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Ranking;

public class AnswerCheckJudgeTests
{
    [Theory]
    [InlineData("Chief of Protocol", "the chief of protocol.", true)]
    [InlineData("Chief of Protocol", "She was Chief of Protocol of the United States", true)]
    [InlineData("Chief of Protocol", "Protocol", false)]
    [InlineData("yes", "Yes, both were American.", true)]
    [InlineData("no", "nothing is known", false)]
    [InlineData("1998", "in 1998", true)]
    [InlineData("Tokyo", "", false)]
    public async Task The_gold_answers_words_stand_in_the_answer(string gold, string answer, bool gives)
    {
        AnswerCheckJudge judge = new((_, _, _) => Task.FromResult(new AnswerDraft(answer, null)), _ => [gold], new ReplyCounts());
        Assert.Equal([JudgeVerdict.Of(gives ? 1 : 0)], await judge.JudgeAsync("q", Corpus.Of("a text")));
    }

    [Fact]
    public async Task A_failed_call_and_a_missing_gold_answer_are_no_verdict()
    {
        AnswerCheckJudge failing = new((_, p, _) => Task.FromResult(p.Docid == "d0" ? new AnswerDraft(null, "cut-off") : new AnswerDraft("x", null)), _ => ["x"], new ReplyCounts());
        Assert.Equal([JudgeVerdict.Failed("cut-off"), JudgeVerdict.Of(1)], await failing.JudgeAsync("q", Corpus.Of("a", "b")));
        AnswerCheckJudge ignorant = new((_, _, _) => throw new InvalidOperationException("not to be asked"), _ => [], new ReplyCounts());
        Assert.Equal([JudgeVerdict.Failed("no-gold-answer")], await ignorant.JudgeAsync("q", Corpus.Of("a")));
    }

    [Fact]
    public async Task In_the_cascade_a_correct_answer_is_a_false_negative()
    {
        // PixelRAG's check: from the positive and from the second negative the gold answer is given.
        AnswerCheckJudge judge = new((_, p, _) => Task.FromResult(new AnswerDraft(p.Text.Contains("Paris", StringComparison.Ordinal) ? "Paris" : "", null)), _ => ["Paris"], new ReplyCounts());
        Passage[] passages = Corpus.Of("Paris is the capital", "Lyon is a city", "the capital, Paris");
        FalseNegativeOutcome outcome = await new FalseNegativeCascade(judge, null, FalseNegativeAction.Relabel) { Threshold = 1 }
            .CheckAsync("capital of France?", [.. passages.Select((p, i) => new CheckedPassage(p, i == 0))]);
        Assert.Equal([FalseNegativeFate.Kept, FalseNegativeFate.Kept, FalseNegativeFate.Relabelled], outcome.Fates);
    }

    [Fact]
    public async Task The_model_answers_from_each_passage_by_the_prompt_and_what_is_no_answer_is_no_verdict()
    {
        FakeChat chat = new(text => text.Contains("Lyon", StringComparison.Ordinal) ? "Unanswerable." : text.Contains("empty", StringComparison.Ordinal) ? " "
            : text.Contains("long", StringComparison.Ordinal) ? throw new ContextExceededException("x") : text.Contains("lost", StringComparison.Ordinal) ? throw new CallFailedException("x") : "It is Paris.");
        ReplyCounts counts = new();
        IPassageJudge judge = Judges.Create("answer", new JudgeModels { Chat = chat }, RepositoryFiles.Prompts, new JudgesOptions(), 50, counts, gold: query => query == "capital of France?" ? ["Paris"] : []);
        Passage[] passages = Corpus.Of("Paris is the capital", "Lyon is a city", "empty", "long", "lost");
        Assert.Equal(
            [JudgeVerdict.Of(1), JudgeVerdict.Of(0), JudgeVerdict.Failed("empty"), JudgeVerdict.Failed("too-long"), JudgeVerdict.Failed("call-failed")],
            await judge.JudgeAsync(" capital of\nFrance? ", passages));
        Assert.Contains("Question: capital of France?", chat.Asked[0], StringComparison.Ordinal);
        Assert.Equal(new JudgeCost(5, 5), judge.Cost(5));
        Assert.Equal((5L, 3), (counts.Verdicts, counts.Failed.Count));
        Assert.All(await judge.JudgeAsync("capital of Spain?", passages), verdict => Assert.Equal("no-gold-answer", verdict.Fault));
        Assert.Equal(5, chat.Asked.Count);
        Assert.Contains("compares with gold answers", Assert.Throws<InputException>(() => KnownWorth.Judge("answer", new JudgeModels { Chat = chat })).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("No.", "no", true)]
    [InlineData("unanswerable", "unanswerable", false)]
    public async Task The_label_stands_for_a_passage_without_the_answer(string reply, string gold, bool gives)
    {
        IPassageJudge judge = Judges.Create("answer", new JudgeModels { Chat = new FakeChat(_ => reply) }, RepositoryFiles.Prompts, new JudgesOptions(), 50, gold: _ => [gold]);
        Assert.Equal([JudgeVerdict.Of(gives ? 1 : 0)], await judge.JudgeAsync("q", Corpus.Of("a")));
    }
}
