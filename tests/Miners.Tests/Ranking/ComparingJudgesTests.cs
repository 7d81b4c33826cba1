using CsCheck;
using R2Synth.Inference;
using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Ranking;

/// <summary>Listwise, setwise and pairwise judges.</summary>
public class ComparingJudgesTests
{
    [Theory]
    [InlineData("[2] > [1]", null, JudgeFaults.Missing)]
    [InlineData("[2] > [2] > [4] > [1]", null, JudgeFaults.Repetition)]
    [InlineData("Best: 4, then 3, then 2, then 1", null, JudgeFaults.WrongFormat)]
    [InlineData("[3]", JudgeFaults.Missing, JudgeFaults.Missing)]
    [InlineData("They are all fine.", JudgeFaults.WrongFormat, JudgeFaults.WrongFormat)]
    [InlineData("  ", JudgeFaults.WrongFormat, JudgeFaults.WrongFormat)]
    public async Task Listwise_a_broken_ranking_is_repaired_and_counted_and_one_that_is_none_fails_the_query(string reply, string? fault, string outcome)
    {
        ReplyCounts counts = new();
        FakeChat chat = new(_ => reply);
        IReadOnlyList<JudgeVerdict> verdicts = await KnownWorth.Judge(JudgeNames.Listwise, new JudgeModels { Chat = chat }, counts: counts).JudgeAsync("q", KnownWorth.Passages(1, 2, 3, 4));
        Assert.All(verdicts, verdict => Assert.Equal((fault, fault is null), (verdict.Fault, verdict.Score is not null)));
        Assert.Equal(1, counts.Replies[outcome]);
        Assert.Equal(fault is null ? 0 : 4, counts.Failed.Values.Sum());
        if (fault is null) Assert.Equal([1.0, 2, 3, 4], verdicts.Select(verdict => verdict.Score!.Value).Order());
    }

    [Fact]
    public async Task Listwise_a_window_that_fails_fails_the_query_however_many_were_ranked()
    {
        FakeChat oracle = KnownWorth.Chat();
        int calls = 0;
        FakeChat chat = new(text => ++calls == 3 ? "Sorry." : oracle.GetResponseAsync([new(Microsoft.Extensions.AI.ChatRole.User, text)]).GetAwaiter().GetResult().Text);
        IReadOnlyList<JudgeVerdict> verdicts = await KnownWorth.Judge(JudgeNames.Listwise, new JudgeModels { Chat = chat }).JudgeAsync("q", KnownWorth.Shuffled(45, 1));
        Assert.Equal(3, calls);
        Assert.All(verdicts, verdict => Assert.Equal(JudgeFaults.WrongFormat, verdict.Fault));
    }

    [Fact]
    public async Task Listwise_shows_at_most_300_words_of_a_passage_and_both_prompts_render()
    {
        foreach (bool weak in (bool[])[false, true])
        {
            FakeChat chat = new(_ => "[2] > [1]");
            Passage[] passages = [new() { Docid = "a", Title = "T", Text = string.Join(' ', Enumerable.Range(0, 400).Select(i => $"w{i}")) }, new() { Docid = "b", Text = "short" }];
            IReadOnlyList<JudgeVerdict> verdicts = await KnownWorth.Judge(JudgeNames.Listwise, new JudgeModels { Chat = chat, Weak = weak }).JudgeAsync("which one", passages);
            Assert.Equal([1.0, 2.0], verdicts.Select(verdict => verdict.Score!.Value));
            Assert.Contains("w299", chat.Asked[0], StringComparison.Ordinal);
            Assert.DoesNotContain("w300", chat.Asked[0], StringComparison.Ordinal);
            Assert.Contains("[1] T. w0 w1", chat.Asked[0], StringComparison.Ordinal);
            Assert.Contains("[2] short", chat.Asked[0], StringComparison.Ordinal);
            Assert.Contains("Search query: which one", chat.Asked[0], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Setwise_puts_the_best_ten_in_order_and_no_more() =>
        await Gen.Select(Gen.Int[1, 40].SelectMany(n => Gen.Shuffle(Enumerable.Range(1, n).ToArray())), Gen.Int[3, 5], Gen.Int[1, 12]).SampleAsync(async (worth, size, top) =>
        {
            FakeScorer scorer = KnownWorth.Scorer();
            IPassageJudge judge = KnownWorth.Judge(JudgeNames.Setwise, new JudgeModels { Scorer = scorer }, options => (options.SetwiseSize, options.SetwiseTop) = (size, top));
            Passage[] passages = KnownWorth.Passages(worth);
            IReadOnlyList<JudgeVerdict> verdicts = await judge.JudgeAsync("q", passages);
            Assert.Equal(worth.OrderDescending().Take(top), KnownWorth.ByScore(verdicts, passages).Take(top));
            Assert.Equal(Math.Max(0, worth.Length - top), verdicts.Count(verdict => verdict.Score == 0));
            Assert.InRange(scorer.Calls.Count, 0, judge.Cost(worth.Length).Calls);
        }, iter: 100, threads: 1);

    [Fact]
    public async Task Setwise_of_100_costs_about_as_many_calls_as_the_paper_says()
    {
        FakeScorer scorer = KnownWorth.Scorer();
        await KnownWorth.Judge(JudgeNames.Setwise, new JudgeModels { Scorer = scorer }).JudgeAsync("q", KnownWorth.Shuffled(100, 2));
        Assert.InRange(scorer.Calls.Count, 50, 125);
    }

    [Theory]
    [InlineData("B", true)]
    [InlineData(" passage b ", false)]
    [InlineData("Passage B.", true)]
    [InlineData("**B**", true)]
    [InlineData("A passage that fits is B", false)]
    [InlineData("Z", false)]
    [InlineData("", false)]
    [InlineData("2", false)]
    public async Task A_written_pick_is_a_letter_or_none(string reply, bool read)
    {
        ReplyCounts counts = new();
        IPassageJudge judge = KnownWorth.Judge(JudgeNames.Setwise, new JudgeModels { Chat = new FakeChat(_ => reply) }, counts: counts);
        IReadOnlyList<JudgeVerdict> verdicts = await judge.JudgeAsync("q", KnownWorth.Passages(1, 2, 3));
        if (read) Assert.All(verdicts, verdict => Assert.NotNull(verdict.Score));
        else Assert.All(verdicts, verdict => Assert.Equal(JudgeFaults.WrongFormat, verdict.Fault));
        Assert.Equal(read ? JudgeFaults.Ok : JudgeFaults.WrongFormat, Assert.Single(counts.Replies).Key);
    }

    [Fact]
    public async Task Pairwise_a_model_that_always_takes_the_first_gives_all_the_same()
    {
        FakeScorer first = new((_, continuation) => new ContinuationScore { LogLikelihood = 0, Tokens = 0, Labels = [.. continuation.Labels.Select((_, i) => -(double)i)] });
        IReadOnlyList<JudgeVerdict> verdicts = await KnownWorth.Judge(JudgeNames.Pairwise, new JudgeModels { Scorer = first }).JudgeAsync("q", KnownWorth.Shuffled(7, 1));
        Assert.All(verdicts, verdict => Assert.Equal(3, verdict.Score)); // 6 pairs, half a win each
        IPassageJudge sliding = KnownWorth.Judge(JudgeNames.Pairwise, new JudgeModels { Scorer = first }, options => options.Pairwise = PairwiseMethod.Sliding);
        Assert.Equal([3.0, 2.0, 1.0], (await sliding.JudgeAsync("q", KnownWorth.Passages(1, 2, 3))).Select(verdict => verdict.Score!.Value)); // nothing is swapped
    }

    [Fact]
    public async Task Pairwise_the_order_of_the_input_changes_nothing() =>
        await Gen.Select(Gen.Shuffle(Enumerable.Range(1, 9).ToArray()), Gen.Int[0, 1000]).SampleAsync(async (worth, seed) =>
        {
            // Unsure of near neighbours: there the first place wins, or chance.
            FakeScorer wavering = new((prefix, continuation) =>
            {
                int[] shown = KnownWorth.In(prefix + continuation.Lead);
                double gap = shown[0] - shown[1] + 1.5 + new UnitSeed(seed, $"{shown[0]} {shown[1]}", 0).NextDouble();
                return new ContinuationScore { LogLikelihood = 0, Tokens = 0, Labels = [gap, 0] };
            });
            IPassageJudge judge = KnownWorth.Judge(JudgeNames.Pairwise, new JudgeModels { Scorer = wavering });
            IReadOnlyList<JudgeVerdict> one = await judge.JudgeAsync("q", KnownWorth.Passages([.. Enumerable.Range(1, 9)])), other = await judge.JudgeAsync("q", KnownWorth.Passages(worth));
            for (int i = 0; i < worth.Length; i++) Assert.Equal(one[worth[i] - 1], other[i]);
            Assert.Equal(36, one.Sum(verdict => verdict.Score)); // each pair gives one win away
        }, iter: 50, threads: 1);

    [Fact]
    public async Task Pairwise_sliding_brings_up_the_best_k_for_k_passes()
    {
        FakeScorer scorer = KnownWorth.Scorer();
        IPassageJudge judge = KnownWorth.Judge(JudgeNames.Pairwise, new JudgeModels { Scorer = scorer }, options => (options.Pairwise, options.PairwisePasses) = (PairwiseMethod.Sliding, 3));
        Passage[] passages = KnownWorth.Shuffled(12, 4);
        Assert.Equal([12, 11, 10], KnownWorth.ByScore(await judge.JudgeAsync("q", passages), passages).Take(3));
        Assert.Equal((2 * (11 + 10 + 9), 4 * (11 + 10 + 9)), (scorer.Calls.Count, judge.Cost(12).PassagesRead));
        Assert.Equal(9900, KnownWorth.Judge(JudgeNames.Pairwise, new JudgeModels { Scorer = scorer }).Cost(100).Calls);
    }

    [Fact]
    public async Task Pairwise_the_passage_whose_calls_fail_fails_and_the_others_are_compared_with_each_other()
    {
        FakeScorer scorer = new((prefix, continuation) => KnownWorth.In(continuation.Lead).Contains(4)
            ? throw new ContextExceededException("x") : KnownWorth.Scorer().ScoreAsync(prefix, [continuation]).GetAwaiter().GetResult()[0]);
        IReadOnlyList<JudgeVerdict> verdicts = await KnownWorth.Judge(JudgeNames.Pairwise, new JudgeModels { Scorer = scorer }).JudgeAsync("q", KnownWorth.Passages(2, 4, 3, 1));
        Assert.Equal([1, null, 2, 0], verdicts.Select(verdict => verdict.Score));
        Assert.Equal(JudgeFaults.TooLong, verdicts[1].Fault);
    }

    [Fact]
    public async Task A_tie_of_the_best_letters_picks_nobody()
    {
        FakeScorer scorer = new((_, continuation) => new ContinuationScore { LogLikelihood = 0, Tokens = 0, Labels = [.. continuation.Labels.Select((_, i) => i < 2 ? -1.0 : -2.0)] });
        IReadOnlyList<JudgeVerdict> verdicts = await KnownWorth.Judge(JudgeNames.Setwise, new JudgeModels { Scorer = scorer }).JudgeAsync("q", KnownWorth.Passages(1, 2, 3, 4));
        Assert.All(verdicts, verdict => Assert.Equal(JudgeFaults.NoLabel, verdict.Fault));
    }
}
