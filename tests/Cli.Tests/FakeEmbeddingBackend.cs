using Microsoft.Extensions.AI;
using R2Synth.Inference;

namespace R2Synth.Cli.Tests;

/// <summary>Embeds a text as its counts of letters.</summary>
internal sealed class FakeEmbeddingBackend(string name) : Backend, IEmbeddingGenerator<string, Embedding<float>>
{
    public override string Name => name;

    public override string ModelIdentity => $"{name} letters";

    public override BackendAbilities Abilities => BackendAbilities.Embeddings;

    public override int? ContextTokens => null;

    public override bool Weak => false;

    public override int Concurrency => 1;

    public override IEmbeddingGenerator<string, Embedding<float>> Embeddings => this;

    /// <summary>Dimensions from the eleventh text on; null for always the same.</summary>
    public int? QueryDimensions { get; init; }

    /// <summary>Texts embedded so far.</summary>
    public int Texts { get; private set; }

    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        GeneratedEmbeddings<Embedding<float>> result = [];
        lock (this)
        {
            foreach (string text in values)
            {
                float[] vector = new float[Texts >= 10 && QueryDimensions is int other ? other : 26];
                foreach (char letter in text.Where(c => char.IsAsciiLetterLower(c) && c - 'a' < vector.Length)) vector[letter - 'a']++;
                result.Add(new Embedding<float>(vector));
                Texts++;
            }
        }

        return Task.FromResult(result);
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    void IDisposable.Dispose()
    {
    }

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
