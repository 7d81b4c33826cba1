using System.Numerics.Tensors;
using R2Synth.Records;

namespace R2Synth.Miners.Retrieval;

/// <summary>Exact search over unit vectors that the caller has made. Thread-safe.</summary>
/// <param name="vectors">One a passage, one after the other; not copied.</param>
/// <param name="dimensions">Values a vector, at least 1.</param>
/// <param name="passages">The corpus that hits point into, for ties.</param>
public sealed class VectorSearch(float[] vectors, int dimensions, IReadOnlyList<Passage> passages)
{
    private readonly DocidOrder _order = new(passages);

    /// <summary>The passages with the largest dot product.</summary>
    /// <param name="query">A vector.</param>
    /// <param name="depth">Most hits, at least 1.</param>
    /// <returns>Hits by falling score, ties by ordinal docid.</returns>
    public IReadOnlyList<Hit> Search(ReadOnlySpan<float> query, int depth)
    {
        float[] scores = new float[passages.Count];
        for (int i = 0; i < scores.Length; i++) scores[i] = TensorPrimitives.Dot(query, vectors.AsSpan(i * dimensions, dimensions));
        return TopHits.Select(scores, _order, depth);
    }
}
