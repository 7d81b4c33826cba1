using Microsoft.Extensions.AI;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>
/// Embeds text with the model in the process: pooled as the GGUF says, length 1, a text longer than the context cut at its end. Thread-safe.
/// </summary>
internal sealed class LlamaCppEmbeddingGenerator(EmbeddingEngine engine, string model) : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly EmbeddingGeneratorMetadata _metadata = new("llama.cpp", defaultModelId: model);

    /// <inheritdoc/>
    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        GeneratedEmbeddings<Embedding<float>> result = [];
        long read = 0;
        foreach (string value in values)
        {
            (float[] vector, int tokens) = await engine.EmbedAsync(value, cancellationToken);
            result.Add(new Embedding<float>(vector) { ModelId = model });
            read += tokens;
        }

        result.Usage = new UsageDetails { InputTokenCount = read, TotalTokenCount = read };
        return result;
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
        : serviceType.IsInstanceOfType(this) ? this : null;

    /// <summary>Does nothing: the engine belongs to the backend.</summary>
    public void Dispose()
    {
    }
}
