using System.Numerics.Tensors;
using Microsoft.Extensions.AI;
using R2Synth.Miners.Retrieval.Vectors;
using R2Synth.Records;

namespace R2Synth.Miners.Retrieval;

/// <summary>
/// Exact search by cosine over the passages' embeddings, which lie in mapped memory: a file that is kept for the next time, or no file. Thread-safe once built.
/// </summary>
public sealed class DenseRetriever : IRetriever
{
    private const int PassagesPerRequest = 16;
    private const int QueriesPerSearch = 256;
    private readonly IEmbeddingGenerator<string, Embedding<float>> _generator;
    private readonly VectorSearch _vectors;

    private DenseRetriever(IEmbeddingGenerator<string, Embedding<float>> generator, VectorRows rows, IReadOnlyList<Passage> passages, string name)
    {
        _generator = generator;
        _vectors = new VectorSearch(rows, passages);
        Dimensions = rows.Dimensions;
        Name = name;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Length of a vector; 0 for an empty corpus.</summary>
    public int Dimensions { get; }

    /// <summary>Embeds a corpus, title and text together.</summary>
    /// <param name="generator">Embeds passages now and queries later; stays the caller's to dispose.</param>
    /// <param name="passages">The corpus; a hit's index is one into this list. May be empty.</param>
    /// <param name="parallelism">Requests under way at once, at least 1. The vectors do not depend on it.</param>
    /// <param name="progress">Told the number of passages embedded so far; may be null.</param>
    /// <param name="place">Where the vectors are kept for the next time; null keeps them nowhere. Where the disk does not take them, nothing is lost but time.</param>
    /// <param name="name">The retriever's <see cref="Name"/>.</param>
    /// <param name="cancellationToken">Stops between requests.</param>
    /// <exception cref="InvalidOperationException">The embedder gave vectors of unequal length, too few of them, or a value that is no number.</exception>
    public static async Task<DenseRetriever> BuildAsync(
        IEmbeddingGenerator<string, Embedding<float>> generator,
        IReadOnlyList<Passage> passages,
        int parallelism = 1,
        IProgress<int>? progress = null,
        VectorPlace? place = null,
        string name = "dense",
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentOutOfRangeException.ThrowIfLessThan(parallelism, 1);
        if (passages.Count == 0)
        {
            return new DenseRetriever(generator, new ArrayRows([], 0, 0), passages, name);
        }

        UnmanagedRows? kept = place is null ? null : await KeptFile.OpenOrMakeAsync(
            place.Path,
            () =>
            {
                UnmanagedRows? rows = VectorFile.TryOpen(place, passages.Count);
                if (rows is not null) progress?.Report(passages.Count);
                return rows;
            },
            async () =>
            {
                IReadOnlyList<float[]> first = await EmbedAsync(generator, passages, 0, cancellationToken);
                return await VectorFile.TryWriteAsync(place, passages.Count, first[0].Length, write => EmbedAllAsync(generator, passages, first, write, parallelism, progress, cancellationToken))
                    ? VectorFile.TryOpen(place, passages.Count)
                    : null;
            });
        if (kept is null)
        {
            IReadOnlyList<float[]> first = await EmbedAsync(generator, passages, 0, cancellationToken);
            kept = UnmanagedRows.Allocate(passages.Count, first[0].Length);
            await EmbedAllAsync(generator, passages, first, (index, vector) => kept.Write(index, vector), parallelism, progress, cancellationToken);
        }

        return new DenseRetriever(generator, kept, passages, name);
    }

    // The first request tells the number of dimensions, so that each vector can be written where it belongs.
    private static async Task EmbedAllAsync(
        IEmbeddingGenerator<string, Embedding<float>> generator,
        IReadOnlyList<Passage> passages,
        IReadOnlyList<float[]> first,
        Action<int, float[]> write,
        int parallelism,
        IProgress<int>? progress,
        CancellationToken cancellationToken)
    {
        int dimensions = first[0].Length;
        Place(first, 0);
        int done = first.Count;
        progress?.Report(done);
        int requests = (passages.Count + PassagesPerRequest - 1) / PassagesPerRequest;
        ParallelOptions options = new() { MaxDegreeOfParallelism = parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(Enumerable.Range(1, requests - 1), options, async (request, token) =>
        {
            int start = request * PassagesPerRequest;
            IReadOnlyList<float[]> batch = await EmbedAsync(generator, passages, start, token);
            Place(batch, start);
            progress?.Report(Interlocked.Add(ref done, batch.Count));
        });

        void Place(IReadOnlyList<float[]> batch, int start)
        {
            for (int i = 0; i < batch.Count; i++)
            {
                if (batch[i].Length != dimensions)
                {
                    throw new InvalidOperationException($"The embedder gave {batch[i].Length} dimensions for passage '{passages[start + i].Docid}' and {dimensions} for '{passages[0].Docid}'.");
                }

                write(start + i, batch[i]);
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Hit>> SearchAsync(string query, int depth, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        return Dimensions == 0 ? [] : Search(await EmbedAsync(query, cancellationToken), depth);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<IReadOnlyList<Hit>>> RankAllAsync(
        IReadOnlyList<RetrievalQuery> queries, int depth, int? parallelism = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(queries);
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        if (Dimensions == 0) return [.. queries.Select(_ => Array.Empty<Hit>())];
        List<IReadOnlyList<Hit>> rankings = new(queries.Count);
        foreach (RetrievalQuery[] some in queries.Chunk(QueriesPerSearch))
        {
            float[] vectors = new float[some.Length * Dimensions];
            ParallelOptions options = new() { MaxDegreeOfParallelism = parallelism ?? Environment.ProcessorCount, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(Enumerable.Range(0, some.Length), options, async (i, token) => (await EmbedAsync(some[i].Text, token)).CopyTo(vectors, i * Dimensions));
            rankings.AddRange(await Task.Run(() => _vectors.SearchAll(vectors, depth, parallelism, cancellationToken), cancellationToken));
        }

        return rankings;
    }

    /// <summary>Finds the passages nearest to a vector.</summary>
    /// <param name="query">A vector of <see cref="Dimensions"/> values, as <see cref="EmbedAsync(string, CancellationToken)"/> gives it.</param>
    /// <param name="depth">Most hits wanted, at least 1.</param>
    /// <returns>Hits by falling cosine, ties by ordinal docid.</returns>
    public IReadOnlyList<Hit> Search(ReadOnlySpan<float> query, int depth)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        return _vectors.Search(query, depth);
    }

    /// <summary>Embeds any text and brings it to unit length, so that a dot product is the cosine.</summary>
    /// <param name="text">A query, or a passage that is not in the corpus; not empty.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns><see cref="Dimensions"/> values; all 0 where the embedder gave zeros.</returns>
    /// <exception cref="InputException">The vector is of another length than the passages'.</exception>
    public async ValueTask<float[]> EmbedAsync(string text, CancellationToken cancellationToken = default)
    {
        GeneratedEmbeddings<Embedding<float>> embedding = await _generator.GenerateAsync([text], cancellationToken: cancellationToken);
        float[] vector = Unit(embedding[0].Vector.Span, "the query");
        return Dimensions == 0 || vector.Length == Dimensions
            ? vector
            : throw new InputException($"The embedder gave {vector.Length} dimensions for a query and {Dimensions} for the passages. Is one model behind both? Name the embedder that the passages were embedded by.");
    }

    /// <summary>Cosine of a unit vector and one passage, in [-1, 1] but for rounding.</summary>
    /// <param name="query">A vector of <see cref="Dimensions"/> values.</param>
    /// <param name="passage">Index into the corpus.</param>
    public float Similarity(ReadOnlySpan<float> query, int passage) => _vectors.Similarity(query, passage);

    /// <summary>Cosine of two passages, in [-1, 1] but for rounding.</summary>
    /// <param name="first">Index into the corpus.</param>
    /// <param name="second">Another, or the same.</param>
    public float Between(int first, int second) => _vectors.Between(first, second);

    /// <summary>Cosine of a unit vector and every passage, in the corpus's order.</summary>
    /// <param name="query">A vector of <see cref="Dimensions"/> values.</param>
    public float[] Similarities(ReadOnlySpan<float> query) => _vectors.Similarities(query);

    private static async Task<IReadOnlyList<float[]>> EmbedAsync(
        IEmbeddingGenerator<string, Embedding<float>> generator, IReadOnlyList<Passage> passages, int start, CancellationToken cancellationToken)
    {
        int count = Math.Min(PassagesPerRequest, passages.Count - start);
        Passage[] batch = [.. Enumerable.Range(start, count).Select(i => passages[i])];
        GeneratedEmbeddings<Embedding<float>> embeddings = await generator.GenerateAsync([.. batch.Select(passage => passage.TitleAndText)], cancellationToken: cancellationToken);
        return embeddings.Count == count
            ? [.. embeddings.Select((e, i) => Unit(e.Vector.Span, batch[i].Docid))]
            : throw new InvalidOperationException($"The embedder gave {embeddings.Count} vectors for {count} passages from '{batch[0].Docid}'.");
    }

    private static float[] Unit(ReadOnlySpan<float> vector, string whose)
    {
        float norm = TensorPrimitives.Norm(vector);
        if (!float.IsFinite(norm) || vector.Length == 0)
        {
            throw new InvalidOperationException($"The embedding of {whose} is empty or holds a value that is no finite number.");
        }

        float[] unit = vector.ToArray();
        if (norm > 0)
        {
            TensorPrimitives.Divide(unit, norm, unit);
        }

        return unit;
    }
}
