using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using R2Synth.Inference.LlamaCpp;

namespace R2Synth.Inference.Tests.LlamaCpp;

[Collection("model")]
public sealed class StateTests
{
    [Fact]
    public async Task Token_vectors_pool_to_the_texts_vector_and_leave_the_marks_out()
    {
        await using LlamaCppBackend backend = await TestModels.OpenAsync(TestModels.Embedder, context: null);
        const string Text = "How do bees find flowers?";
        TokenVectors vectors = await backend.TokenEmbedder!.EmbedTokensAsync(Text);
        Assert.Equal(["how", "do", "bees", "find", "flowers", "?"], vectors.Tokens.Select(token => token.Trim()));
        Assert.Equal(384, vectors.Dimensions);
        Assert.Equal(6 * 384, vectors.Values.Length);
        float[] mean = new float[384];
        for (int i = 0; i < 6; i++)
        {
            ReadOnlySpan<float> vector = vectors.Values.Span.Slice(i * 384, 384);
            Assert.Equal(1, TensorPrimitives.Norm(vector), 5);
            TensorPrimitives.Add(mean, vector, mean);
        }

        // The pooled vector is a mean over these and the two marks, before each was brought to length 1: near, not equal.
        float[] pooled = (await backend.Embeddings!.GenerateAsync([Text]))[0].Vector.ToArray();
        Assert.True(TensorPrimitives.CosineSimilarity<float>(mean, pooled) > 0.95f);
        TokenVectors again = await backend.TokenEmbedder.EmbedTokensAsync(Text);
        Assert.Equal(vectors.Values.ToArray(), again.Values.ToArray());

        Assert.Empty((await backend.TokenEmbedder.EmbedTokensAsync("")).Tokens);
        Assert.Equal(510, (await backend.TokenEmbedder.EmbedTokensAsync(string.Concat(Enumerable.Repeat("long ", 2000)))).Tokens.Count); // 512 and the two marks
    }

    [Fact]
    public async Task The_state_at_a_prompts_end_has_the_logits_that_the_scorer_weighs()
    {
        await using LlamaCppBackend backend = await TestModels.OpenAsync();
        IPromptEncoder encoder = backend.PromptEncoder!;
        ChatMessage[] chat = [new(ChatRole.User, "Name the capital of France."), new(ChatRole.Assistant, "The capital is \"")];
        PromptState state = await encoder.EncodeAsync(chat);
        Assert.Equal(576, state.Hidden.Length);
        Assert.Equal(49152, state.Logits.Length);

        // The same prompt by the other path: other batches, so other bits, but the same tokens and next to the same logits.
        int likeliest = TensorPrimitives.IndexOfMax(state.Logits.Span);
        Assert.Equal(encoder.Tokens("Paris")[0], likeliest);
        PromptState again = await encoder.EncodeAsync(chat);
        Assert.Equal(state.Hidden.ToArray(), again.Hidden.ToArray());
        Assert.Equal(state.Logits.ToArray(), again.Logits.ToArray());

        Assert.Equal("bees dance on the comb", encoder.Cut("bees dance on the comb", 20));
        string cut = encoder.Cut("bees dance on the comb", 3);
        Assert.StartsWith("be", cut, StringComparison.Ordinal);
        Assert.Equal(3, encoder.Tokens(cut).Count);
        await Assert.ThrowsAsync<ContextExceededException>(() => encoder.EncodeAsync([new(ChatRole.User, string.Concat(Enumerable.Repeat("long ", 2000)))]));
    }
}
