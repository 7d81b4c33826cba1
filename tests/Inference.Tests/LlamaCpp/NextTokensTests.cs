using R2Synth.Inference.LlamaCpp;

namespace R2Synth.Inference.Tests.LlamaCpp;

[Collection("model")]
public sealed class NextTokensTests
{
    private const string Prompt = "The capital of France is";

    [Fact]
    public async Task The_likeliest_tokens_come_with_the_same_bits_in_any_company()
    {
        await using LlamaCppBackend backend = await TestModels.OpenAsync(sequences: 4, context: 256);
        ITokenScorer scorer = backend.Scorer!;
        IReadOnlyList<NextToken> top = await scorer.NextTokensAsync(Prompt, 128);

        Assert.Equal(128, top.Count);
        Assert.Equal(" Paris", top[0].Text);
        Assert.Equal(top.OrderByDescending(token => token.Logit).Select(token => token.LogProbability), top.Select(token => token.LogProbability));
        Assert.InRange(top.Sum(token => Math.Exp(token.LogProbability)), 0.5, 1);
        Assert.Equal(top.Take(5), await scorer.NextTokensAsync(Prompt, 5));

        // A label's weight is the same number.
        ContinuationScore label = Assert.Single(await scorer.ScoreAsync(Prompt, [new Continuation { Text = "", Labels = [" Paris"] }]));
        Assert.Equal(label.Labels[0], top[0].LogProbability);

        // Beside replies, scores and other prompts; some with the same beginning.
        Task<IReadOnlyList<NextToken>>[] together = [.. Enumerable.Range(0, 6).Select(i => scorer.NextTokensAsync(i % 2 == 0 ? Prompt : TestModels.Prompt(TestModels.Passages[i]), 128))];
        Task<IReadOnlyList<ContinuationScore>> beside = scorer.ScoreAsync(TestModels.Examples, [new Continuation { Text = " bees" }]);
        IReadOnlyList<NextToken>[] found = await Task.WhenAll(together);
        await beside;
        Assert.Equal(top, found[0]);
        Assert.Equal(top, found[4]);
        Assert.NotEqual(top, found[1]);
    }

    [Fact]
    public void More_than_the_vocabulary_has_gives_the_vocabulary_with_ties_by_id()
    {
        Candidates candidates = new();
        float[] logits = [1, 40, 1, -30, float.NegativeInfinity, 40];
        Assert.Equal([1, 5], candidates.Top(logits, 2).ToArray().Select(token => token.Id));
        Assert.Equal([1, 5, 0, 2, 3], candidates.Top(logits, 10).ToArray().Select(token => token.Id));
    }
}
