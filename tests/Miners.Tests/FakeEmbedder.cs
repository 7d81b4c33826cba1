using Microsoft.Extensions.AI;

namespace R2Synth.Miners.Tests;

/// <summary>Embeds by a callback.</summary>
internal sealed class FakeEmbedder(Func<string, float[]> embed) : IEmbeddingGenerator<string, Embedding<float>>
{
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
        Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(v => new Embedding<float>(embed(v)))));

    /// <summary>How often each letter from a to z occurs.</summary>
    public static FakeEmbedder OfLetters() => new(Letters);

    public static float[] Letters(string text)
    {
        float[] vector = new float[26];
        foreach (char c in text.ToLowerInvariant().Where(char.IsAsciiLetter))
        {
            vector[c - 'a']++;
        }

        return vector;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
