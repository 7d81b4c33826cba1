using System.IO.Hashing;
using System.Runtime.InteropServices;
using R2Synth.Miners.Selection;
using R2Synth.Records;

namespace R2Synth.Miners.Retrieval;

/// <summary>Finds the candidates of a query: BM25 and dense search, fused by reciprocal rank, copies of a text left out. Thread-safe.</summary>
/// <remarks>
/// Step 3 of Gecko (2403.20327, section 3.2) with BM25 beside the embedder, and with the seed always among the candidates:
/// a judge must see it to say whether it loses.
/// </remarks>
public sealed class CandidateFinder
{
    private readonly IReadOnlyList<Passage> _passages;
    private readonly Bm25Retriever? _bm25;
    private readonly DenseRetriever? _dense;
    private readonly int _candidates;
    private readonly int _depth;
    private readonly int _fusionK;
    private readonly int[] _texts; // the same number for the same text

    /// <summary>Creates a finder over retrievers that were built from the same corpus; they stay the caller's to dispose.</summary>
    /// <param name="passages">The corpus.</param>
    /// <param name="bm25">BM25 over it; null to do without.</param>
    /// <param name="dense">Dense search over it; null to do without.</param>
    /// <param name="options">Read once, here.</param>
    public CandidateFinder(IReadOnlyList<Passage> passages, Bm25Retriever? bm25, DenseRetriever? dense, MiningOptions options)
    {
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentNullException.ThrowIfNull(options);
        _passages = passages;
        _bm25 = bm25;
        _dense = dense;
        _candidates = options.Candidates;
        _depth = options.RetrievalDepth;
        _fusionK = options.FusionK;
        Dictionary<UInt128, int> known = [];
        _texts = [.. passages.Select(p =>
        {
            UInt128 text = XxHash128.HashToUInt128(MemoryMarshal.AsBytes(TextForm.Normalise(p.Text).AsSpan()));
            known.TryAdd(text, known.Count);
            return known[text];
        })];
    }

    /// <summary>Whether every candidate has a similarity.</summary>
    public bool HasSimilarity => _dense is not null;

    /// <summary>Finds the candidates of one query.</summary>
    /// <param name="query">The query, not empty.</param>
    /// <param name="seed">Index of the passage that the query was written from; null where there is none.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public Task<CandidateSet> FindAsync(string query, int? seed, CancellationToken cancellationToken = default) =>
        FindAsync(query, seed is int s ? [s] : [], null, cancellationToken);

    /// <summary>Finds the candidates of one query of which passages are known.</summary>
    /// <param name="query">The query, not empty.</param>
    /// <param name="always">Indices, each once, that are among the candidates wherever they rank; the first is the seed.</param>
    /// <param name="ranking">A ranking to take instead of the retrievers', best first, each once; null searches.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    public async Task<CandidateSet> FindAsync(string query, IReadOnlyList<int> always, IReadOnlyList<int>? ranking, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(always);
        float[] vector = _dense is null ? [] : await _dense.EmbedAsync(query, cancellationToken);
        IReadOnlyList<Hit>? lexical = ranking is null ? _bm25?.Search(query, _depth) : null, near = ranking is null ? _dense?.Search(vector, _depth) : null;
        Dictionary<int, int> lexicalRanks = Ranks(lexical), nearRanks = Ranks(near);
        IReadOnlyList<IReadOnlyList<Hit>> rankings = ranking is null
            ? [.. new[] { lexical, near }.OfType<IReadOnlyList<Hit>>()]
            : [[.. ranking.Take(_depth).Select(passage => new Hit(passage, 0))]];
        List<(Hit Hit, int Rank)> chosen = [];
        HashSet<int> forced = [.. always], seen = [.. always.Select(passage => _texts[passage])], found = []; // a known passage stands for its text
        int rank = 0;
        int copies = 0;
        int? seedRank = null;
        foreach (Hit hit in ReciprocalRankFusion.Fuse(rankings, _passages, _fusionK))
        {
            bool known = forced.Contains(hit.Passage);
            if (!known && !seen.Add(_texts[hit.Passage]))
            {
                copies++;
                continue;
            }

            rank++;
            if (known)
            {
                found.Add(hit.Passage);
                seedRank = hit.Passage == always[0] ? rank : seedRank;
            }

            if (rank <= _candidates || known) chosen.Add((hit, rank));
        }

        foreach (int missing in always.Where(passage => !found.Contains(passage))) chosen.Add((new Hit(missing, 0), ++rank));

        IReadOnlyList<double>? bm25 = _bm25?.Score(query, [.. chosen.Select(c => c.Hit.Passage)]);
        return new CandidateSet
        {
            Candidates = [.. chosen.Select((c, i) => new Candidate
            {
                Passage = c.Hit.Passage,
                Bm25 = bm25?[i],
                Dense = _dense?.Similarity(vector, c.Hit.Passage),
                Rrf = c.Hit.Score,
                RetrieverRank = c.Rank,
                Bm25Rank = lexicalRanks.TryGetValue(c.Hit.Passage, out int lexicalRank) ? lexicalRank : null,
                DenseRank = nearRanks.TryGetValue(c.Hit.Passage, out int nearRank) ? nearRank : null,
            })],
            SeedRank = seedRank,
            Copies = copies,
        };
    }

    private static Dictionary<int, int> Ranks(IReadOnlyList<Hit>? hits) => (hits ?? []).Select((hit, i) => (hit.Passage, Rank: i + 1)).ToDictionary(h => h.Passage, h => h.Rank);
}
