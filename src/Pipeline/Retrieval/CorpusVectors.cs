using Microsoft.Extensions.AI;
using R2Synth.Inference;
using R2Synth.Miners.Retrieval;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Pipeline.Retrieval;

/// <summary>Embeds a corpus by a backend, through the cache where that is quicker than the model.</summary>
internal static class CorpusVectors
{
    /// <summary>Embeds passages, or opens the vectors that were kept.</summary>
    /// <param name="use">The backend; it embeds.</param>
    /// <param name="model">Its embedder.</param>
    /// <param name="identity">What its vectors depend on.</param>
    /// <param name="passages">The corpus.</param>
    /// <param name="cache">Opened where it is needed.</param>
    /// <param name="counters">Counts calls and hits.</param>
    /// <param name="progress">Told how many are done, from any thread; null where nobody asks.</param>
    /// <param name="place">Where vectors are kept; null keeps none.</param>
    /// <param name="name">The retriever's name.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InputException">A server failed on some passages: without all vectors nothing can be retrieved.</exception>
    public static async Task<DenseRetriever> EmbedAsync(
        BackendInUse use, IEmbeddingGenerator<string, Embedding<float>> model, string identity, IReadOnlyList<Passage> passages, Func<CallCache> cache, RunCounters counters,
        Action<int>? progress, VectorPlace? place, string name, CancellationToken cancellationToken)
    {
        bool quick = use.Backend.EmbedsQuickerThanCache;
        IEmbeddingGenerator<string, Embedding<float>> generator = quick ? model : new CachedEmbeddingGenerator(model, cache(), identity, counters);
        try
        {
            return await DenseRetriever.BuildAsync(
                generator, passages, use.IsServer || quick ? use.Parallelism : 1, progress is null ? null : new SynchronousProgress(progress), place, name, cancellationToken);
        }
        catch (CallFailedException e)
        {
            throw new InputException($"The corpus cannot be embedded: {e.Message} Everything done is kept; run the same command again.", e);
        }
    }
}
