using System.Globalization;
using System.Numerics.Tensors;
using R2Synth.Inference;
using R2Synth.Miners.Retrieval.Vectors;
using R2Synth.Records;

namespace R2Synth.Miners.Retrieval;

/// <summary>
/// Late interaction: every token of the query finds its nearest token of the passage, and the cosines are summed. Exact: over the whole corpus, or over the first hits of another retriever.
/// Thread-safe.
/// </summary>
/// <remarks>
/// <para>ColBERT (Khattab and Zaharia, SIGIR 2020, arXiv 2004.12832, section 3): score = sum over query tokens of max over passage tokens of their cosine; passage tokens of nothing but punctuation are left out
/// (section 3.2). Differs in three places: the vectors are those of whatever embedder there is, without ColBERT's training and its linear layer; the query gets no [MASK] tokens, which mean nothing to a
/// model that was not trained with them; and the marks around a text have no vector.</para>
/// <para>Cost. A passage takes tokens x dimensions x 2 bytes (half precision, as in ColBERT's own index): MiniLM with 120 tokens 92 KB, so 10,000 passages 0.9 GB, and as long to embed as for dense search. A query
/// takes query tokens x all passage tokens x dimensions multiplications: 12 x 1,200,000 x 384 = 5.5 billion over 10,000 passages, some seconds of one core. So over a large corpus it is for reranking, where
/// only the hits that come are embedded, once each.</para>
/// </remarks>
public sealed class LateInteractionRetriever : IRetriever
{
    private readonly ITokenEmbedder _embedder;
    private readonly IReadOnlyList<Passage> _passages;
    private readonly IRetriever? _first;
    private readonly DocidOrder _order;
    private readonly Task<Half[]>?[] _vectors;
    private readonly Lock _gate = new();

    private LateInteractionRetriever(ITokenEmbedder embedder, IReadOnlyList<Passage> passages, IRetriever? first, string name)
    {
        _embedder = embedder;
        _passages = passages;
        _first = first;
        _order = passages.DocidOrder();
        _vectors = new Task<Half[]>?[passages.Count];
        Name = name;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Embeds a whole corpus, title and text together.</summary>
    /// <param name="embedder">Embeds passages now and queries later; stays the caller's to dispose.</param>
    /// <param name="passages">The corpus; a hit's index is one into this list. May be empty.</param>
    /// <param name="progress">Told the number of passages embedded so far; may be null.</param>
    /// <param name="name">The retriever's <see cref="Name"/>.</param>
    /// <param name="cancellationToken">Stops between passages.</param>
    public static async Task<LateInteractionRetriever> BuildAsync(
        ITokenEmbedder embedder, IReadOnlyList<Passage> passages, IProgress<int>? progress = null, string name = "late", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(embedder);
        ArgumentNullException.ThrowIfNull(passages);
        LateInteractionRetriever late = new(embedder, passages, null, name);
        for (int i = 0; i < passages.Count; i++)
        {
            await late.VectorsAsync(i, cancellationToken);
            progress?.Report(i + 1);
        }

        return late;
    }

    /// <summary>Reranks the hits of another retriever; a passage is embedded when it first comes.</summary>
    /// <param name="embedder">Embeds passages and queries; stays the caller's to dispose.</param>
    /// <param name="passages">The corpus that <paramref name="first"/> was built from.</param>
    /// <param name="first">Gives as many hits as are wanted in the end; stays the caller's to dispose.</param>
    /// <param name="name">The name of the second step; <see cref="Name"/> holds both.</param>
    public static LateInteractionRetriever Rerank(ITokenEmbedder embedder, IReadOnlyList<Passage> passages, IRetriever first, string name = "late")
    {
        ArgumentNullException.ThrowIfNull(embedder);
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentNullException.ThrowIfNull(first);
        return new LateInteractionRetriever(embedder, passages, first, $"{first.Name},{name}");
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Hit>> SearchAsync(string query, int depth, CancellationToken cancellationToken = default) => RankAsync(new RetrievalQuery("", query), depth, cancellationToken);

    /// <inheritdoc/>
    /// <returns>As always; a text without a token has no hit and is none.</returns>
    public async ValueTask<IReadOnlyList<Hit>> RankAsync(RetrievalQuery query, int depth, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        TokenVectors asked = await _embedder.EmbedTokensAsync(query.Text, cancellationToken);
        if (asked.Tokens.Count == 0) return [];
        IReadOnlyList<int> candidates = _first is null ? _order.Passages.ToArray() : [.. (await _first.RankAsync(query, depth, cancellationToken)).Select(hit => hit.Passage)];
        BestHits best = new(depth);
        float[] scratch = [];
        foreach (int passage in candidates)
        {
            Half[] vectors = await VectorsAsync(passage, cancellationToken);
            if (vectors.Length == 0) continue;
            if (scratch.Length < vectors.Length) scratch = new float[vectors.Length];
            TensorPrimitives.ConvertToSingle(vectors, scratch);
            best.Offer(MaxSim(asked.Values.Span, scratch.AsSpan(0, vectors.Length), asked.Dimensions), _order.Positions[passage], passage);
        }

        return best.Take();
    }

    /// <summary>The sum over the query's tokens of the largest dot product with a token of the passage.</summary>
    /// <param name="query">Tokens x dimensions, at least one token.</param>
    /// <param name="passage">Tokens x dimensions, at least one token.</param>
    /// <param name="dimensions">Values a token.</param>
    internal static float MaxSim(ReadOnlySpan<float> query, ReadOnlySpan<float> passage, int dimensions)
    {
        float sum = 0;
        for (int i = 0; i < query.Length; i += dimensions)
        {
            float nearest = float.NegativeInfinity;
            for (int j = 0; j < passage.Length; j += dimensions) nearest = Math.Max(nearest, TensorPrimitives.Dot(query.Slice(i, dimensions), passage.Slice(j, dimensions)));
            sum += nearest;
        }

        return sum;
    }

    // One embeds, the others wait for it; a fault is not kept.
    private async Task<Half[]> VectorsAsync(int passage, CancellationToken cancellationToken)
    {
        Task<Half[]>? task;
        lock (_gate) task = _vectors[passage] ??= EmbedAsync(passage);
        try
        {
            return await task.WaitAsync(cancellationToken);
        }
        catch (Exception) when (task.IsFaulted)
        {
            lock (_gate)
            {
                if (_vectors[passage] == task) _vectors[passage] = null;
            }

            throw;
        }
    }

    private async Task<Half[]> EmbedAsync(int passage)
    {
        TokenVectors read = await _embedder.EmbedTokensAsync(_passages[passage].TitleAndText, CancellationToken.None);
        int[] kept = [.. Enumerable.Range(0, read.Tokens.Count).Where(i => !IsPunctuation(read.Tokens[i]))];
        Half[] vectors = new Half[kept.Length * read.Dimensions];
        for (int i = 0; i < kept.Length; i++)
            TensorPrimitives.ConvertToHalf(read.Values.Span.Slice(kept[i] * read.Dimensions, read.Dimensions), vectors.AsSpan(i * read.Dimensions, read.Dimensions));
        return vectors;
    }

    private static bool IsPunctuation(string token) => token.All(c => char.IsWhiteSpace(c) || char.IsPunctuation(c) || char.GetUnicodeCategory(c) == UnicodeCategory.MathSymbol);
}
