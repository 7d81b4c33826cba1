using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using R2Synth.Evaluation.Probe;
using R2Synth.Inference;
using R2Synth.Inference.TokenTables;
using R2Synth.Records;

namespace R2Synth.Evaluation.Tests.Probe;

public sealed class StaticEmbedderTests
{
    [Fact]
    public async Task Where_all_tokens_are_equally_frequent_the_untrained_probe_and_the_static_backend_are_one()
    {
        string models = Path.Combine(Root(), "models");
        TokenTable table = await TokenTable.ReadAsync(Path.Combine(models, "all-MiniLM-L6-v2-static-256.safetensors"));
        using TextTokenizer tokenizer = await TextTokenizer.OpenAsync(Path.Combine(models, "all-MiniLM-L6-v2-Q8_0.gguf"));
        await using Backend backend = await BackendFactory.OpenAsync("static", new() { Kind = "Static", Model = "models/all-MiniLM-L6-v2-static-256.safetensors" }, Root());
        string[] texts = ["Bees tell each other where flowers are by dancing on the comb, on the comb.", "Concrete sets because cement reacts with water."];
        TokenBag[] bags = [.. texts.Select(text => TokenBag.Of(tokenizer.Encode(text), 256))];
        ProbeWeights probe = ProbeWeights.Untrained(table, [TokenBag.Of([.. Enumerable.Range(0, table.Rows)], table.Rows)]);

        GeneratedEmbeddings<Embedding<float>> embeddings = await backend.Embeddings!.GenerateAsync(texts);
        for (int i = 0; i < texts.Length; i++)
        {
            float[] vector = new float[table.Dimensions];
            probe.Encode(bags[i], vector);
            Assert.True(TensorPrimitives.Distance<float>(vector, embeddings[i].Vector.Span) < 1e-5, texts[i]);
        }

        // Shown a corpus, it weighs as the untrained probe does.
        probe = ProbeWeights.Untrained(table, bags);
        IEmbeddingGenerator<string, Embedding<float>> fitted = ((ICorpusEmbedder)backend.Embeddings.GetService(typeof(ICorpusEmbedder))!).Fit([.. texts.Select((text, i) => new Passage { Docid = $"d{i}", Text = text })]); // it is one
        GeneratedEmbeddings<Embedding<float>> weighed = await fitted.GenerateAsync(texts);
        for (int i = 0; i < texts.Length; i++)
        {
            float[] vector = new float[table.Dimensions];
            probe.Encode(bags[i], vector);
            Assert.True(TensorPrimitives.Distance<float>(vector, weighed[i].Vector.Span) < 1e-5, texts[i]);
            Assert.False(TensorPrimitives.Distance<float>(vector, embeddings[i].Vector.Span) < 1e-3, texts[i]);
        }
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "R2Synth.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("R2Synth.sln is not above the tests.");
    }
}
