namespace R2Synth.Records;

/// <summary>The ordinal order of a corpus's docids, computed once, so that a tie costs an integer comparison. Immutable, thread-safe.</summary>
public sealed class DocidOrder
{
    private readonly IReadOnlyList<Passage> _passages;
    private readonly int[] _byDocid;
    private readonly int[] _positions;

    internal DocidOrder(IReadOnlyList<Passage> passages, int[] byDocid)
    {
        (_passages, _byDocid, _positions) = (passages, byDocid, new int[byDocid.Length]);
        for (int i = 0; i < _byDocid.Length; i++) _positions[_byDocid[i]] = i;
    }

    /// <summary>Corpus indices by rising docid, those of one docid by index.</summary>
    public ReadOnlySpan<int> Passages => _byDocid;

    /// <summary>For each corpus index its place in <see cref="Passages"/>.</summary>
    public ReadOnlySpan<int> Positions => _positions;

    /// <summary>The order of a corpus: a mapped one brings it along.</summary>
    /// <param name="passages">The corpus.</param>
    public static DocidOrder Of(IReadOnlyList<Passage> passages)
    {
        ArgumentNullException.ThrowIfNull(passages);
        if (passages is MappedCorpus corpus) return corpus.Order;
        int[] byDocid = [.. Enumerable.Range(0, passages.Count)];
        Array.Sort(byDocid, (a, b) =>
        {
            int order = string.CompareOrdinal(passages[a].Docid, passages[b].Docid);
            return order != 0 ? order : a.CompareTo(b);
        });
        return new DocidOrder(passages, byDocid);
    }

    /// <summary>The index of a passage, the first one of its docid; -1 where the corpus has none.</summary>
    /// <param name="docid">A docid.</param>
    public int Find(string docid)
    {
        int low = 0, high = _byDocid.Length;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (string.CompareOrdinal(_passages.DocidAt(_byDocid[middle]), docid) < 0) low = middle + 1;
            else high = middle;
        }

        return low < _byDocid.Length && _passages.DocidAt(_byDocid[low]) == docid ? _byDocid[low] : -1;
    }
}
