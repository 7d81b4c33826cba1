using Microsoft.Extensions.AI;

namespace R2Synth.Inference.Recorded;

/// <summary>Adds each text and its embedding to a recording.</summary>
internal sealed class RecordingEmbeddingGenerator(IEmbeddingGenerator<string, Embedding<float>> inner, RecordingWriter recording)
    : DelegatingEmbeddingGenerator<string, Embedding<float>>(inner)
{
    public override async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<string> texts = values as IReadOnlyList<string> ?? [.. values];
        try
        {
            GeneratedEmbeddings<Embedding<float>> embeddings = await base.GenerateAsync(texts, options, cancellationToken);
            for (int i = 0; i < texts.Count; i++)
            {
                RecordedEmbedding reply = RecordedEmbedding.Of(embeddings[i], i == 0 ? embeddings.Usage?.InputTokenCount : null);
                await recording.AddAsync(CallKind.Embedding, RecordedEmbeddingRequest.Of([texts[i]], options), reply, null);
            }

            return embeddings;
        }
        catch (Exception fault) when (RecordedError.Of(fault) is not null)
        {
            await recording.AddAsync<RecordedEmbeddingRequest, RecordedEmbedding>(CallKind.Embedding, RecordedEmbeddingRequest.Of(texts, options), null, RecordedError.Of(fault));
            throw;
        }
    }
}
