using R2Synth.Miners.Retrieval.Vectors;
using R2Synth.Records;

namespace R2Synth.Miners.Retrieval.PromptReps;

/// <summary>PromptReps: dense and sparse search over what a model is about to say of a text, fused by <see cref="MinMaxFusion"/> at depth 1,000 with alpha 0.5. Thread-safe once built.</summary>
/// <remarks>Zhuang et al., arXiv 2404.18424. Cost: one reading of the prompt a passage and a query (up to 512 tokens and the prompt's 60), and nothing written.</remarks>
public sealed class PromptRepsRetriever : IRetriever
{
    private readonly IPromptRepresenter _representer;
    private readonly IReadOnlyList<Passage> _passages;
    private readonly VectorSearch _dense;
    private readonly SparsePostings _sparse;

    private PromptRepsRetriever(IPromptRepresenter representer, IReadOnlyList<Passage> passages, VectorRows dense, SparsePostings sparse, string name)
    {
        _representer = representer;
        _passages = passages;
        _dense = new VectorSearch(dense, passages);
        _sparse = sparse;
        Name = name;
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <summary>Represents a corpus, title and text together.</summary>
    /// <param name="representer">Represents passages now and queries later.</param>
    /// <param name="passages">The corpus; a hit's index is one into this list. May be empty.</param>
    /// <param name="progress">Told the number of passages represented so far; may be null.</param>
    /// <param name="name">The retriever's <see cref="Name"/>.</param>
    /// <param name="cancellationToken">Stops between passages.</param>
    public static async Task<PromptRepsRetriever> BuildAsync(
        IPromptRepresenter representer, IReadOnlyList<Passage> passages, IProgress<int>? progress = null, string name = "promptreps", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(representer);
        ArgumentNullException.ThrowIfNull(passages);
        List<IReadOnlyList<(int, int)>> sparse = new(passages.Count);
        UnmanagedRows? dense = null;
        for (int i = 0; i < passages.Count; i++)
        {
            PromptRepresentation read = await representer.RepresentAsync(passages[i].TitleAndText, isQuery: false, cancellationToken);
            dense ??= UnmanagedRows.Allocate(passages.Count, read.Dense.Count);
            dense.Write(i, [.. read.Dense]);
            sparse.Add(read.Sparse);
            progress?.Report(i + 1);
        }

        return new PromptRepsRetriever(representer, passages, dense is null ? new ArrayRows([], 0, 0) : dense, new SparsePostings(sparse, passages), name);
    }

    /// <inheritdoc/>
    public async ValueTask<IReadOnlyList<Hit>> SearchAsync(string query, int depth, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        (IReadOnlyList<Hit> dense, IReadOnlyList<Hit> sparse) = await SearchBothAsync(query, Math.Max(depth, MinMaxFusion.Depth), cancellationToken);
        return [.. MinMaxFusion.Fuse(dense, sparse, _passages).Take(depth)];
    }

    /// <summary>The two rankings before they are fused.</summary>
    /// <param name="query">The query; an empty one has no hit.</param>
    /// <param name="depth">Most hits of each, at least 1.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async ValueTask<(IReadOnlyList<Hit> Dense, IReadOnlyList<Hit> Sparse)> SearchBothAsync(string query, int depth, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(query);
        ArgumentOutOfRangeException.ThrowIfLessThan(depth, 1);
        if (_passages.Count == 0 || string.IsNullOrWhiteSpace(query)) return ([], []);
        PromptRepresentation asked = await _representer.RepresentAsync(query, isQuery: true, cancellationToken);
        return (_dense.Search(asked.Dense.ToArray(), depth), _sparse.Search(asked.Sparse, depth));
    }
}
