using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using R2Synth.Records;

namespace R2Synth.Inference.TokenTables;

/// <summary>
/// A text's vector is the mean of its tokens' rows, brought to length 1; a text without tokens has a vector of zeros. Every token counts, however long the text. Thread-safe.
/// </summary>
/// <remarks>
/// The probe (design, section 9) starts from the same rows but weighs each by its idf over the corpus at hand; an embedder knows no corpus, so all tokens weigh the same until it is shown one
/// (<see cref="Fit"/>): then it is the untrained probe, but for the probe's limit on the length of a text.
/// </remarks>
internal sealed class StaticEmbeddingGenerator(TokenTable table, TextTokenizer tokenizer, string model, float[]? weights = null) : IEmbeddingGenerator<string, Embedding<float>>, ICorpusEmbedder
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
    /// <remarks>A token's weight is ln(1 + N / (1 + df)), as the probe's.</remarks>
    public IEmbeddingGenerator<string, Embedding<float>> Fit(IReadOnlyList<Passage> passages, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(passages);
        int[] frequencies = new int[table.Rows];
        Parallel.For(0, passages.Count, new ParallelOptions { CancellationToken = cancellationToken }, i =>
        {
            foreach (int token in tokenizer.Encode(passages[i].TitleAndText).Distinct()) Interlocked.Increment(ref frequencies[token]);
        });
        return new StaticEmbeddingGenerator(table, tokenizer, model, [.. frequencies.Select(df => (float)Math.Log(1 + (passages.Count / (1.0 + df))))]);
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
        {
            if (weights is null) TensorPrimitives.Add(vector, table.Row(token), vector);
            else TensorPrimitives.MultiplyAdd(table.Row(token), weights[token], vector, vector);
        }

        float norm = TensorPrimitives.Norm<float>(vector);
        if (norm > 0)
            TensorPrimitives.Divide(vector, norm, vector);
        return vector;
    }
}
