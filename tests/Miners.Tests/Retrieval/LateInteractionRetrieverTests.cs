using R2Synth.Inference;
using R2Synth.Miners.Retrieval;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Retrieval;

public class LateInteractionRetrieverTests
{
    private static readonly Passage[] Passages = Corpus.Of("b b", "a c .", "a b", ". ,", "");

    [Fact]
    public async Task Each_token_of_the_query_finds_its_nearest_token_and_the_cosines_are_summed()
    {
        FakeTokens tokens = new();
        LateInteractionRetriever late = await LateInteractionRetriever.BuildAsync(tokens, Passages);
        IReadOnlyList<Hit> hits = await late.SearchAsync("a b", 9);

        // a is a unit vector, b another; c lies between a and b, at 0.6 and 0.8. Nothing but punctuation, or nothing at all, is no hit.
        Assert.Equal([2, 1, 0], hits.Select(hit => hit.Passage));
        Assert.Equal([2, 1.8, 1], hits.Select(hit => Math.Round(hit.Score, 3)));
        Assert.Equal("late", late.Name);
        Assert.Equal([2], (await late.SearchAsync("a b", 1)).Select(hit => hit.Passage));
        Assert.Empty(await late.SearchAsync("", 9));
    }

    [Fact]
    public async Task As_a_second_step_it_embeds_only_what_the_first_one_found_and_that_once()
    {
        FakeTokens tokens = new();
        FakeRetriever first = new("first", _ => [new(0, 3), new(1, 2)]);
        LateInteractionRetriever late = LateInteractionRetriever.Rerank(tokens, Passages, first);
        Assert.Equal("first,late", late.Name);
        Assert.Empty(tokens.Texts);
        IReadOnlyList<Hit> hits = await late.SearchAsync("a", 5);
        await late.SearchAsync("a", 5);
        Assert.Equal([1, 0], hits.Select(hit => hit.Passage));
        Assert.Equal(5, first.Depth);
        Assert.Equal(["a", "a", "a c .", "b b"], tokens.Texts.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_fault_is_not_kept()
    {
        FakeTokens tokens = new() { Faults = 1 };
        LateInteractionRetriever late = LateInteractionRetriever.Rerank(tokens, Passages, new FakeRetriever("first", _ => [new(0, 3)]));
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await late.SearchAsync("a", 5));
        Assert.Single(await late.SearchAsync("a", 5));
    }

    // Tokens are what stands between blanks.
    private sealed class FakeTokens : ITokenEmbedder
    {
        public List<string> Texts { get; } = [];

        public int Faults { get; set; }

        public Task<TokenVectors> EmbedTokensAsync(string text, CancellationToken cancellationToken = default)
        {
            Texts.Add(text);
            if (text.Length > 2 && Faults-- > 0) throw new InvalidOperationException("not now");
            string[] tokens = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            float[] values = [.. tokens.SelectMany(token => token switch { "a" => new[] { 1f, 0 }, "b" => [0, 1f], "c" => [0.6f, 0.8f], _ => [1f, 0] })];
            return Task.FromResult(new TokenVectors { Tokens = tokens, Values = values, Dimensions = 2 });
        }
    }
}
