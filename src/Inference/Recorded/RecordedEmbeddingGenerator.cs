using Microsoft.Extensions.AI;

namespace R2Synth.Inference.Recorded;

/// <summary>Answers embeddings from a recording. Thread-safe.</summary>
internal sealed class RecordedEmbeddingGenerator(RecordingReader recording) : IEmbeddingGenerator<string, Embedding<float>>
{
    private readonly EmbeddingGeneratorMetadata _metadata = new("recorded", defaultModelId: recording.Header.Model);

    public async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        string[] texts = [.. values];
        // Only a failure stands under several texts.
        if (texts.Length > 1) await FindAsync(texts, options, cancellationToken);
        GeneratedEmbeddings<Embedding<float>> embeddings = [];
        long read = 0;
        foreach (string text in texts)
        {
            RecordedEmbedding reply = await FindAsync([text], options, cancellationToken) ?? throw recording.Unknown(CallKind.Embedding, text);
            embeddings.Add(reply.ToEmbedding());
            read += reply.InputTokens ?? 0;
        }

        embeddings.Usage = new UsageDetails { InputTokenCount = read, TotalTokenCount = read };
        return embeddings;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(EmbeddingGeneratorMetadata) ? _metadata
        : serviceType.IsInstanceOfType(this) ? this : null;

    /// <summary>Does nothing: the recording belongs to the backend.</summary>
    public void Dispose()
    {
    }

    private Task<RecordedEmbedding?> FindAsync(string[] texts, EmbeddingGenerationOptions? options, CancellationToken cancellationToken) =>
        recording.FindAsync<RecordedEmbeddingRequest, RecordedEmbedding>(CallKind.Embedding, RecordedEmbeddingRequest.Of(texts, options), cancellationToken);
}
