using System.Buffers.Binary;
using System.Globalization;
using Microsoft.Extensions.AI;
using R2Synth.Inference;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Pipeline.Ledger;

/// <summary>Answers from the cache the texts that were embedded before; the others go to the model in small batches, each kept as soon as it is there.</summary>
/// <param name="inner">Asked for what the cache does not know.</param>
/// <param name="cache">The cache; not disposed of.</param>
/// <param name="modelIdentity">What embeddings depend on beside the texts.</param>
/// <param name="counters">Counts a call for each batch made, a hit for each request that needed none; tokens and money too.</param>
internal sealed class CachedEmbeddingGenerator(
    IEmbeddingGenerator<string, Embedding<float>> inner, CallCache cache, string modelIdentity, RunCounters counters)
    : DelegatingEmbeddingGenerator<string, Embedding<float>>(inner)
{
    /// <summary>Most texts in one call: what an interruption can lose.</summary>
    public const int BatchTexts = 32;

    /// <summary>Raised when the key or the encoding changes.</summary>
    private const string Format = "embed/1";

    /// <inheritdoc/>
    /// <returns>One embedding a text, in their order. The usage counts the tokens of the calls made for this request.</returns>
    public override async Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(
        IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<string> texts = values as IReadOnlyList<string> ?? [.. values];
        string?[] settings = [Format, modelIdentity, options?.ModelId, options?.Dimensions?.ToString(CultureInfo.InvariantCulture)];
        string[] keys = [.. texts.Select(text => ContentHash.Of([.. settings, text]))];
        CachedCall?[] replies = [.. keys.Select(cache.TryGet)];
        int[] missing = [.. Enumerable.Range(0, keys.Length).Where(place => replies[place] is null)];

        bool made = false;
        long tokensRead = 0;
        foreach (int[] batch in missing.Chunk(BatchTexts))
        {
            (CachedCall[] batchReplies, bool batchMade) = await cache.GetOrMakeAsync(
                [.. batch.Select(place => keys[place])],
                async (places, token) =>
                {
                    GeneratedEmbeddings<Embedding<float>> embeddings =
                        await base.GenerateAsync([.. places.Select(place => texts[batch[place]])], options, token);
                    long tokens = embeddings.Usage?.InputTokenCount ?? 0;
                    tokensRead += tokens;
                    decimal? cost = embeddings.AdditionalProperties?.GetValueOrDefault(CallOptions.Cost) as decimal?;
                    counters.CountCall(tokens, 0, cost ?? 0);
                    return [.. embeddings.Select(embedding => Encode(embedding, (double?)cost / places.Count))];
                },
                cancellationToken);
            made |= batchMade;
            for (int i = 0; i < batch.Length; i++)
            {
                replies[batch[i]] = batchReplies[i];
            }
        }

        if (!made)
        {
            counters.CountHit();
        }

        return new GeneratedEmbeddings<Embedding<float>>(replies.Select(reply => Decode(reply!))) // all filled above
        {
            Usage = new UsageDetails { InputTokenCount = tokensRead, TotalTokenCount = tokensRead },
        };
    }

    private static CachedCall Encode(Embedding<float> embedding, double? cost)
    {
        ReadOnlySpan<float> vector = embedding.Vector.Span;
        byte[] bytes = new byte[vector.Length * sizeof(float)];
        for (int i = 0; i < vector.Length; i++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        }

        return new CachedCall { Reply = bytes, Cost = cost };
    }

    private static Embedding<float> Decode(CachedCall call)
    {
        float[] vector = new float[call.Reply.Length / sizeof(float)];
        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] = BinaryPrimitives.ReadSingleLittleEndian(call.Reply.AsSpan(i * sizeof(float)));
        }

        return new Embedding<float>(vector);
    }
}
