using R2Synth.Records;

namespace R2Synth.Miners.Retrieval;

/// <summary>Two retrievers over one corpus, their scores fused by <see cref="MinMaxFusion"/>. Thread-safe where they are.</summary>
/// <param name="name">The name of the pair.</param>
/// <param name="first">Weighs <paramref name="alpha"/>; stays the caller's to dispose.</param>
/// <param name="second">Weighs the rest; stays the caller's to dispose.</param>
/// <param name="passages">The corpus that both were built from.</param>
/// <param name="alpha">In [0, 1].</param>
/// <param name="leastDepth">Each is asked for this many hits at least; the range of scores depends on it.</param>
public sealed class HybridRetriever(
    string name, IRetriever first, IRetriever second, IReadOnlyList<Passage> passages, double alpha = MinMaxFusion.DefaultAlpha, int leastDepth = HybridRetriever.DefaultDepth) : IRetriever
{
    /// <summary>The depth over which PromptReps takes minimum and maximum.</summary>
    public const int DefaultDepth = 1000;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Hit>> SearchAsync(string query, int depth, CancellationToken cancellationToken = default) => RankAsync(new RetrievalQuery("", query), depth, cancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Hit>> RankAsync(RetrievalQuery query, int depth, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        IReadOnlyList<Hit> one = await first.RankAsync(query, Math.Max(depth, leastDepth), cancellationToken), two = await second.RankAsync(query, Math.Max(depth, leastDepth), cancellationToken);
        return [.. MinMaxFusion.Fuse(one, two, passages, alpha).Take(depth)];
    }
}
