using System.Numerics.Tensors;
using R2Synth.Records;

namespace R2Synth.Miners.Retrieval;

/// <summary>Exact search over unit vectors that the caller has made. Thread-safe.</summary>
/// <param name="vectors">One a passage, one after the other; not copied.</param>
/// <param name="dimensions">Values a vector; 0 only for an empty corpus.</param>
/// <param name="passages">The corpus that hits point into, for ties.</param>
public sealed class VectorSearch(float[] vectors, int dimensions, IReadOnlyList<Passage> passages)
{
    private readonly DocidOrder _order = new(passages);

    /// <summary>The passages with the largest dot product.</summary>
    /// <param name="query">A vector.</param>
    /// <param name="depth">Most hits, at least 1.</param>
    /// <returns>Hits by falling score, ties by ordinal docid.</returns>
    public IReadOnlyList<Hit> Search(ReadOnlySpan<float> query, int depth) => TopHits.Select(Similarities(query), _order, depth);

    /// <summary>Dot product of a vector and one passage.</summary>
    /// <param name="query">A vector.</param>
    /// <param name="passage">Index into the corpus.</param>
    public float Similarity(ReadOnlySpan<float> query, int passage) => TensorPrimitives.Dot(query, vectors.AsSpan(passage * dimensions, dimensions));

    /// <summary>Dot product of a vector and every passage, in the corpus's order.</summary>
    /// <param name="query">A vector.</param>
    public float[] Similarities(ReadOnlySpan<float> query)
    {
        float[] similarities = new float[_order.Passages.Length];
        for (int i = 0; i < similarities.Length; i++) similarities[i] = Similarity(query, i);
        return similarities;
    }
}
