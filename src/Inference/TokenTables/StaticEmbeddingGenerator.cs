using System.Numerics.Tensors;
using Microsoft.Extensions.AI;

namespace R2Synth.Inference.TokenTables;

/// <summary>
/// A text's vector is the mean of its tokens' rows, brought to length 1; a text without tokens has a vector of zeros. Every token counts, however long the text. Thread-safe.
/// </summary>
/// <remarks>
/// The probe (design, section 9) starts from the same rows but weighs each by its idf over the corpus at hand; an embedder knows no corpus, so here all tokens weigh the same.
/// Over a corpus in which every token is equally frequent the two are one.
/// </remarks>
internal sealed class StaticEmbeddingGenerator(TokenTable table, TextTokenizer tokenizer, string model) : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly EmbeddingGeneratorMetadata _metadata = new("static", defaultModelId: model, defaultModelDimensions: table.Dimensions);

    /// <inheritdoc/>
    public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        GeneratedEmbeddings<Embedding<float>> result = [];
        long read = 0;
        foreach (string value in values)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int[] tokens = tokenizer.Encode(value);
            result.Add(new Embedding<float>(Mean(tokens)) { ModelId = model });
            read += tokens.Length;
        }

        result.Usage = new UsageDetails { InputTokenCount = read, TotalTokenCount = read };
        return Task.FromResult(result);
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
        : serviceType.IsInstanceOfType(this) ? this : null;

    /// <summary>Does nothing: table and tokenizer belong to the backend.</summary>
    public void Dispose()
    {
    }

    private float[] Mean(int[] tokens)
    {
        float[] vector = new float[table.Dimensions];
        foreach (int token in tokens)
            TensorPrimitives.Add(vector, table.Row(token), vector);
        float norm = TensorPrimitives.Norm<float>(vector);
        if (norm > 0)
            TensorPrimitives.Divide(vector, norm, vector);
        return vector;
    }
}
