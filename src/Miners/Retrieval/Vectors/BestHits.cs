namespace R2Synth.Miners.Retrieval.Vectors;

/// <summary>The best so many of the hits that are offered, whatever the order of the offers: by score, ties by the docid's place in its ordinal order. Not thread-safe.</summary>
/// <param name="depth">Most hits, at least 1.</param>
internal sealed class BestHits(int depth)
{
    private (float Score, int Position, int Passage)[] _heap = new (float, int, int)[Math.Min(depth, 16)]; // the worst one on top
    private int _count;

    /// <summary>What an offer must reach to be taken; not more than a hint, since ties are told apart by the docid.</summary>
    internal float Least => _count < depth ? float.NegativeInfinity : _heap[0].Score;

    /// <summary>Offers a hit.</summary>
    internal void Offer(float score, int position, int passage)
    {
        (float, int, int) hit = (score, position, passage);
        if (_count == depth)
        {
            if (!Worse(_heap[0], hit)) return;
            _heap[0] = hit;
            Sink();
            return;
        }

        if (_count == _heap.Length) Array.Resize(ref _heap, (int)Math.Min(depth, 2L * _count));
        int place = _count++;
        for (int above; place > 0 && Worse(hit, _heap[above = (place - 1) / 2]); place = above) _heap[place] = _heap[above];
        _heap[place] = hit;
    }

    /// <summary>Offers all that another one holds.</summary>
    internal void OfferAll(BestHits other)
    {
        for (int i = 0; i < other._count; i++) Offer(other._heap[i].Score, other._heap[i].Position, other._heap[i].Passage);
    }

    /// <summary>The hits, best first.</summary>
    internal IReadOnlyList<Hit> Take()
    {
        Array.Sort(_heap, 0, _count, Comparer<(float Score, int Position, int Passage)>.Create((a, b) => a == b ? 0 : Worse(b, a) ? -1 : 1));
        Hit[] hits = new Hit[_count];
        for (int i = 0; i < hits.Length; i++) hits[i] = new Hit(_heap[i].Passage, _heap[i].Score);
        _count = 0;
        return hits;
    }

    private static bool Worse((float Score, int Position, int Passage) a, (float Score, int Position, int Passage) b) =>
        a.Score != b.Score ? a.Score < b.Score : a.Position > b.Position;

    private void Sink()
    {
        (float, int, int) hit = _heap[0];
        int place = 0;
        while (true)
        {
            int below = (2 * place) + 1;
            if (below >= _count) break;
            if (below + 1 < _count && Worse(_heap[below + 1], _heap[below])) below++;
            if (!Worse(_heap[below], hit)) break;
            _heap[place] = _heap[below];
            place = below;
        }

        _heap[place] = hit;
    }
}
