using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using R2Synth.Inference.LlamaCpp;

namespace R2Synth.Inference.Tests.LlamaCpp;

[Collection("model")]
public sealed class EmbeddingTests
{
    [Fact]
    public async Task Paraphrases_lie_closer_than_strangers_and_texts_do_not_touch_each_other()
    {
        await using LlamaCppBackend backend = await TestModels.OpenAsync(TestModels.Embedder, context: null);
        Assert.Equal(BackendAbilities.Embeddings | BackendAbilities.TokenEmbeddings, backend.Abilities);
        Assert.Null(backend.Chat);
        Assert.Equal(512, backend.ContextTokens);

        string[] texts = ["How do bees find flowers?", "The way honeybees locate blossoms", "Interest rates rose in March", "", string.Concat(Enumerable.Repeat("long ", 2000))];
        GeneratedEmbeddings<Embedding<float>> all = await backend.Embeddings!.GenerateAsync(texts);
        float[][] vectors = [.. all.Select(embedding => embedding.Vector.ToArray())];
        Assert.All(vectors, vector => Assert.Equal(384, vector.Length));
        Assert.All(vectors, vector => Assert.Equal(1, TensorPrimitives.Norm<float>(vector), 5));
        Assert.True(TensorPrimitives.Dot<float>(vectors[0], vectors[1]) > TensorPrimitives.Dot<float>(vectors[0], vectors[2]) + 0.3f);

        GeneratedEmbeddings<Embedding<float>>[] each = await Task.WhenAll(texts.Select(text => backend.Embeddings.GenerateAsync([text])));
        Assert.Equal(vectors, each.Select(one => one[0].Vector.ToArray()));
    }
}
