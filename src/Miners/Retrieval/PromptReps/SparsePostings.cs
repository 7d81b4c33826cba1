using R2Synth.Miners.Retrieval.Vectors;
using R2Synth.Records;

namespace R2Synth.Miners.Retrieval.PromptReps;

/// <summary>Which passages a token weighs in, and how much. Thread-safe once built.</summary>
internal sealed class SparsePostings
{
    private readonly Dictionary<int, List<(int Passage, int Weight)>> _postings = [];
    private readonly DocidOrder _order;

    internal SparsePostings(IReadOnlyList<IReadOnlyList<(int Token, int Weight)>> vectors, IReadOnlyList<Passage> passages)
    {
        _order = passages.DocidOrder();
        for (int passage = 0; passage < vectors.Count; passage++)
        {
            foreach ((int token, int weight) in vectors[passage])
            {
                if (!_postings.TryGetValue(token, out List<(int, int)>? postings)) _postings[token] = postings = [];
                postings.Add((passage, weight));
            }
        }
    }

    /// <summary>The passages with the largest dot product that share a token with the query, ties by ordinal docid.</summary>
    internal IReadOnlyList<Hit> Search(IReadOnlyList<(int Token, int Weight)> query, int depth)
    {
        Dictionary<int, long> sums = [];
        foreach ((int token, int weight) in query)
        {
            foreach ((int passage, int own) in _postings.GetValueOrDefault(token) ?? []) sums[passage] = sums.GetValueOrDefault(passage) + ((long)weight * own);
        }

        BestHits best = new(depth);
        foreach ((int passage, long sum) in sums) best.Offer(sum, _order.Positions[passage], passage);
        return best.Take();
    }
}
