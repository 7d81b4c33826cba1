using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using R2Synth.Inference.TokenTables;
using R2Synth.Inference.Tests.LlamaCpp;
using R2Synth.Records;

namespace R2Synth.Inference.Tests.TokenTables;

public sealed class StaticBackendTests : IDisposable
{
    private const string Table = "all-MiniLM-L6-v2-static-256.safetensors";
    private readonly string _folder = Directory.CreateTempSubdirectory("static").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_shipped_table_embeds_and_does_nothing_else()
    {
        await using Backend backend = await OpenAsync(new() { Kind = "Static", Model = Table });
        Assert.Equal(BackendAbilities.Embeddings, backend.Abilities);
        Assert.True(backend.EmbedsQuickerThanCache);
        Assert.Null(backend.Chat);
        Assert.Null(backend.Scorer);
        Assert.Equal(4, backend.CountTokens("How do bees fly"));

        string[] texts = ["How do bees find flowers?", "The way honeybees locate blossoms", "Interest rates rose in March", ""];
        GeneratedEmbeddings<Embedding<float>> all = await backend.Embeddings!.GenerateAsync(texts);
        float[][] vectors = [.. all.Select(embedding => embedding.Vector.ToArray())];
        Assert.All(vectors, vector => Assert.Equal(256, vector.Length));
        Assert.All(vectors[..3], vector => Assert.Equal(1, TensorPrimitives.Norm<float>(vector), 5));
        Assert.All(vectors[3], value => Assert.Equal(0, value)); // no token, no direction
        Assert.True(TensorPrimitives.Dot<float>(vectors[0], vectors[1]) > TensorPrimitives.Dot<float>(vectors[0], vectors[2]) + 0.2f);
        GeneratedEmbeddings<Embedding<float>>[] each = await Task.WhenAll(texts.Select(text => Task.Run(() => backend.Embeddings.GenerateAsync([text]))));
        Assert.Equal(vectors, each.Select(one => one[0].Vector.ToArray()));
    }

    [Fact]
    public async Task A_vector_is_the_mean_of_the_rows_of_the_tokens()
    {
        await using Backend backend = await OpenAsync(new() { Kind = "Static", Model = Table });
        TokenTable table = await TokenTable.ReadAsync(Path.Combine(TestModels.Folder, Table));
        using TextTokenizer tokenizer = await TextTokenizer.OpenAsync(Path.Combine(TestModels.Folder, TestModels.Embedder));
        const string Text = "Bees dance, and dance again.";
        float[] mean = new float[table.Dimensions];
        int[] tokens = tokenizer.Encode(Text);
        foreach (int token in tokens) TensorPrimitives.Add(mean, table.Row(token), mean);
        TensorPrimitives.Divide(mean, tokens.Length, mean);

        float[] vector = (await backend.Embeddings!.GenerateAsync([Text]))[0].Vector.ToArray();
        Assert.Equal(1, TensorPrimitives.CosineSimilarity<float>(mean, vector), 5);
        Assert.Equal(1, TensorPrimitives.Norm<float>(vector), 5);
    }

    [Fact]
    public async Task Files_that_do_not_fit_are_named_with_the_setting()
    {
        Assert.Contains("Model is empty", await RefusedAsync(new() { Kind = "Static" }), StringComparison.Ordinal);
        Assert.Contains("missing.safetensors: the token table cannot be read", await RefusedAsync(new() { Kind = "Static", Model = "missing.safetensors" }), StringComparison.Ordinal);
        Assert.Contains("R2Synth:Backends:test:Vocabulary names", await RefusedAsync(new() { Kind = "Static", Model = Table, Vocabulary = "none.gguf" }), StringComparison.Ordinal);
        Assert.Contains("30522 rows", await RefusedAsync(new() { Kind = "Static", Model = Table, Vocabulary = TestModels.Writer }), StringComparison.Ordinal);
        Assert.Contains("is no token table", await RefusedAsync(new() { Kind = "Static", Model = TestModels.Embedder }), StringComparison.Ordinal);

        string copy = Path.Combine(_folder, Table);
        File.Copy(Path.Combine(TestModels.Folder, Table), copy);
        Assert.Contains("beside the table there is no", await RefusedAsync(new() { Kind = "Static", Model = copy }), StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(_folder, "checksums.txt"), $"{new string('0', 64)}  {Table}\n");
        Assert.Contains("damaged or cut", await RefusedAsync(new() { Kind = "Static", Model = copy, Vocabulary = Path.Combine(TestModels.Folder, TestModels.Embedder) }), StringComparison.Ordinal);
    }

    private static Task<Backend> OpenAsync(BackendOptions options) => BackendFactory.OpenAsync("test", options, TestModels.Folder);

    private static async Task<string> RefusedAsync(BackendOptions options) => (await Assert.ThrowsAsync<InputException>(() => OpenAsync(options))).Message;
}
