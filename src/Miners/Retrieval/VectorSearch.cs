using System.Numerics.Tensors;
using R2Synth.Miners.Retrieval.Vectors;
using R2Synth.Records;

namespace R2Synth.Miners.Retrieval;

/// <summary>Exact search over vectors. A score is the dot product of two vectors and nothing else, so it has the same bits for any number of queries and threads. Thread-safe.</summary>
public sealed class VectorSearch
{
    /// <summary>Bytes of passages that a core reads again and again for a block of queries: half of a small second-level cache.</summary>
    private const int BlockBytes = 128 << 10;

    /// <summary>Queries of one pass over the passages: enough that memory is no longer what it waits for.</summary>
    private const int QueriesPerPass = 32;

    private readonly VectorRows _rows;
    private readonly DocidOrder _order;
    private readonly int _blockRows;

    /// <summary>Search over vectors that the caller has made.</summary>
    /// <param name="vectors">One a passage, one after the other; not copied.</param>
    /// <param name="dimensions">Values a vector; 0 only for an empty corpus.</param>
    /// <param name="passages">The corpus that hits point into, for ties.</param>
    public VectorSearch(float[] vectors, int dimensions, IReadOnlyList<Passage> passages)
        : this(new ArrayRows(vectors, passages.Count, dimensions), passages)
    {
    }

    internal VectorSearch(VectorRows rows, IReadOnlyList<Passage> passages)
    {
        _rows = rows;
        _order = passages.DocidOrder();
        _blockRows = Math.Max(1, BlockBytes / Math.Max(1, rows.Dimensions * sizeof(float)));
    }

    /// <summary>The passages with the largest dot product.</summary>
    /// <param name="query">A vector.</param>
    /// <param name="depth">Most hits, at least 1.</param>
    /// <returns>Hits by falling score, ties by ordinal docid.</returns>
    public IReadOnlyList<Hit> Search(ReadOnlySpan<float> query, int depth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        BestHits best = new(depth);
        for (int start = 0; start < _rows.Count; start += _blockRows) Offer(query, best, start, Math.Min(_blockRows, _rows.Count - start));
        return best.Take();
    }

    /// <summary>The same for many queries at once: blocks of queries against blocks of passages, on several threads.</summary>
    /// <param name="queries">Vectors, one after the other: queries x dimensions.</param>
    /// <param name="depth">Most hits a query, at least 1.</param>
    /// <param name="parallelism">Most threads, at least 1; null takes the processors.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <returns>One ranking a query, in their order; each exactly what <see cref="Search"/> gives.</returns>
    public IReadOnlyList<IReadOnlyList<Hit>> SearchAll(ReadOnlyMemory<float> queries, int depth, int? parallelism = null, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        int dimensions = _rows.Dimensions, count = dimensions == 0 ? 0 : queries.Length / dimensions;
        ParallelOptions options = new() { MaxDegreeOfParallelism = parallelism ?? Environment.ProcessorCount, CancellationToken = cancellationToken };
        // Few queries are shared among the threads by passages, many by queries.
        int passes = (count + QueriesPerPass - 1) / QueriesPerPass;
        int parts = Math.Max(1, Math.Min(options.MaxDegreeOfParallelism / Math.Max(1, passes), _rows.Count / Math.Max(1, _blockRows)));
        BestHits[][] found = [.. Enumerable.Range(0, parts).Select(_ => Enumerable.Range(0, count).Select(_ => new BestHits(depth)).ToArray())];
        Parallel.For(0, passes * parts, options, work =>
        {
            (int pass, int part) = (work / parts, work % parts);
            int from = (int)((long)_rows.Count * part / parts), to = (int)((long)_rows.Count * (part + 1) / parts);
            int last = Math.Min(count, (pass + 1) * QueriesPerPass);
            for (int start = from; start < to; start += _blockRows)
            {
                cancellationToken.ThrowIfCancellationRequested();
                int rows = Math.Min(_blockRows, to - start);
                for (int query = pass * QueriesPerPass; query < last; query++) Offer(queries.Span.Slice(query * dimensions, dimensions), found[part][query], start, rows);
            }
        });
        IReadOnlyList<Hit>[] rankings = new IReadOnlyList<Hit>[count];
        for (int query = 0; query < count; query++)
        {
            for (int part = 1; part < parts; part++) found[0][query].OfferAll(found[part][query]);
            rankings[query] = found[0][query].Take();
        }

        return rankings;
    }

    /// <summary>Dot product of a vector and one passage.</summary>
    /// <param name="query">A vector.</param>
    /// <param name="passage">Index into the corpus.</param>
    public float Similarity(ReadOnlySpan<float> query, int passage)
    {
        float similarity = TensorPrimitives.Dot(query, _rows.Row(passage));
        GC.KeepAlive(_rows);
        return similarity;
    }

    /// <summary>Dot product of a vector and every passage, in the corpus's order.</summary>
    /// <param name="query">A vector.</param>
    public float[] Similarities(ReadOnlySpan<float> query)
    {
        float[] similarities = new float[_rows.Count];
        for (int i = 0; i < similarities.Length; i++) similarities[i] = Similarity(query, i);
        return similarities;
    }

    /// <summary>Dot product of two passages' vectors.</summary>
    /// <param name="first">Index into the corpus.</param>
    /// <param name="second">Another, or the same.</param>
    public float Between(int first, int second)
    {
        float similarity = TensorPrimitives.Dot(_rows.Row(first), _rows.Row(second));
        GC.KeepAlive(_rows);
        return similarity;
    }

    private void Offer(ReadOnlySpan<float> query, BestHits best, int start, int count)
    {
        ReadOnlySpan<float> block = _rows.Slice(start, count);
        ReadOnlySpan<int> positions = _order.Positions;
        for (int i = 0; i < count; i++)
        {
            float score = TensorPrimitives.Dot(query, block.Slice(i * query.Length, query.Length));
            if (score >= best.Least) best.Offer(score, positions[start + i], start + i);
        }

        GC.KeepAlive(_rows);
    }
}
