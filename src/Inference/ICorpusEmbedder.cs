using Microsoft.Extensions.AI;
using R2Synth.Records;

namespace R2Synth.Inference;

/// <summary>An embedder that can weigh tokens by how rare they are in a corpus. Asked for by <see cref="IEmbeddingGenerator.GetService"/>. Thread-safe.</summary>
public interface ICorpusEmbedder
{
    /// <summary>The same embedder with weights from a corpus.</summary>
    /// <param name="passages">The corpus; the number of its passages and the tokens of each count, their order does not.</param>
    /// <param name="cancellationToken">Stops between passages.</param>
    /// <returns>An embedder for the corpus and for queries on it; owns nothing.</returns>
    IEmbeddingGenerator<string, Embedding<float>> Fit(IReadOnlyList<Passage> passages, CancellationToken cancellationToken = default);
}
