using System.IO.Hashing;
using System.Runtime.InteropServices;
using R2Synth.Miners.Selection;
using R2Synth.Records;

namespace R2Synth.Miners.Retrieval;

/// <summary>Finds the candidates of a query with any retrievers, fused by reciprocal rank, copies of a text left out. Thread-safe.</summary>
/// <remarks>
/// Step 3 of Gecko (2403.20327, section 3.2) with any retrievers beside the embedder, and with the seed always among the candidates: a judge must see it to say whether it loses.
/// </remarks>
public sealed class CandidatePool
{
    private readonly IReadOnlyList<Passage> _passages;
    private readonly IReadOnlyList<IRetriever> _parts;
    private readonly DenseRetriever? _vectors;
    private readonly Bm25Retriever? _bm25;
    private readonly int _candidates;
    private readonly int _depth;
    private readonly int _fusionK;
    private readonly ulong[] _texts; // a hash of each text, the same for the same text; 0 until it is asked for

    /// <summary>Creates a pool over retrievers that were built from the same corpus; they stay the caller's to dispose.</summary>
    /// <param name="passages">The corpus.</param>
    /// <param name="parts">The retrievers, at least one.</param>
    /// <param name="vectors">Compares every candidate with the query, and is searched only where it is one of the parts; null to do without similarities.</param>
    /// <param name="options">Number of candidates, depth and k; read once, here.</param>
    public CandidatePool(IReadOnlyList<Passage> passages, IReadOnlyList<IRetriever> parts, DenseRetriever? vectors, MiningOptions options)
    {
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(options);
        if (parts.Count == 0) throw new ArgumentException("Candidates need a retriever.", nameof(parts));
        (_passages, _parts, _vectors, _bm25) = (passages, parts, vectors, parts.OfType<Bm25Retriever>().FirstOrDefault());
        (_candidates, _depth, _fusionK) = (options.Candidates, options.RetrievalDepth, options.FusionK);
        _texts = new ulong[passages.Count];
    }

    /// <summary>Finds the candidates of one query.</summary>
    /// <param name="query">The query, its text not empty.</param>
    /// <param name="always">Indices, each once, that are among the candidates wherever they rank; the first is the seed.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="InputException">The embedder's vector of the query does not fit the corpus's.</exception>
    public async Task<CandidateSet> FindAsync(RetrievalQuery query, IReadOnlyList<int> always, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(always);
        float[] vector = _vectors is null ? [] : await _vectors.EmbedAsync(query.Text, cancellationToken);
        IReadOnlyList<Hit>[] rankings = new IReadOnlyList<Hit>[_parts.Count];
        for (int i = 0; i < rankings.Length; i++)
        {
            // The query was embedded already.
            rankings[i] = ReferenceEquals(_parts[i], _vectors) ? _vectors.Search(vector, _depth) : await _parts[i].RankAsync(query, _depth, cancellationToken);
        }

        List<(Hit Hit, int Rank)> chosen = [];
        HashSet<int> forced = [.. always], found = [];
        HashSet<ulong> seen = [.. always.Select(TextOf)]; // a known passage stands for its text
        int rank = 0;
        int copies = 0;
        int? seedRank = null;
        foreach (Hit hit in ReciprocalRankFusion.Fuse(rankings, _passages, _fusionK))
        {
            bool known = forced.Contains(hit.Passage);
            if (!known && !seen.Add(TextOf(hit.Passage)))
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

        IReadOnlyList<double>? bm25 = _bm25?.Score(query.Text, [.. chosen.Select(c => c.Hit.Passage)]);
        Dictionary<int, (int Rank, double Score)>[] places = [.. rankings.Select(Places)];
        return new CandidateSet
        {
            Candidates = [.. chosen.Select((c, i) => new Candidate
            {
                Passage = c.Hit.Passage,
                Bm25 = bm25?[i],
                Dense = _vectors?.Similarity(vector, c.Hit.Passage),
                Rrf = c.Hit.Score,
                RetrieverRank = c.Rank,
                Bm25Rank = Enumerable.Range(0, places.Length).Where(p => ReferenceEquals(_parts[p], _bm25)).Select(p => RankIn(places[p], c.Hit.Passage)).FirstOrDefault(),
                BestRank = places.Min(place => RankIn(place, c.Hit.Passage)),
                OtherScores = OtherScores(places, c.Hit.Passage),
            })],
            SeedRank = seedRank,
            Copies = copies,
        };
    }

    private ulong TextOf(int passage) => _texts[passage] is not 0 and var known
        ? known
        : _texts[passage] = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(TextForm.Normalise(_passages[passage].Text).AsSpan()));

    private static Dictionary<int, (int Rank, double Score)> Places(IReadOnlyList<Hit> hits)
    {
        Dictionary<int, (int, double)> places = new(hits.Count);
        for (int i = 0; i < hits.Count; i++) places[hits[i].Passage] = (i + 1, hits[i].Score);
        return places;
    }

    private static int? RankIn(Dictionary<int, (int Rank, double Score)> place, int passage) => place.TryGetValue(passage, out (int Rank, double) found) ? found.Rank : null;

    // BM25's score and the similarity are known for every candidate; the others' only where they returned it.
    private SortedDictionary<string, double>? OtherScores(Dictionary<int, (int Rank, double Score)>[] places, int passage)
    {
        SortedDictionary<string, double>? scores = null;
        for (int i = 0; i < places.Length; i++)
        {
            if (ReferenceEquals(_parts[i], _bm25) || ReferenceEquals(_parts[i], _vectors) || !places[i].TryGetValue(passage, out (int, double Score) found)) continue;
            scores ??= new SortedDictionary<string, double>(StringComparer.Ordinal);
            scores[_parts[i].Name] = found.Score;
        }

        return scores;
    }
}
