namespace R2Synth.Records;

/// <summary>The ordinal order of a corpus's docids, computed once, so that a tie costs an integer comparison. Immutable, thread-safe.</summary>
public sealed class DocidOrder
{
    private readonly Func<int, string> _docidAt;
    private readonly int[] _byDocid;
    private readonly int[] _positions;

    internal DocidOrder(Func<int, string> docidAt, int[] byDocid)
    {
        (_docidAt, _byDocid, _positions) = (docidAt, byDocid, new int[byDocid.Length]);
        for (int i = 0; i < _byDocid.Length; i++) _positions[_byDocid[i]] = i;
    }

    /// <summary>Corpus indices by rising docid, those of one docid by index.</summary>
    public ReadOnlySpan<int> Passages => _byDocid;

    /// <summary>For each corpus index its place in <see cref="Passages"/>.</summary>
    public ReadOnlySpan<int> Positions => _positions;

    /// <summary>The index of a passage, the first one of its docid; -1 where the corpus has none.</summary>
    /// <param name="docid">A docid.</param>
    public int Find(string docid)
    {
        int low = 0, high = _byDocid.Length;
        while (low < high)
        {
            int middle = low + ((high - low) / 2);
            if (string.CompareOrdinal(_docidAt(_byDocid[middle]), docid) < 0) low = middle + 1;
            else high = middle;
        }

        return low < _byDocid.Length && _docidAt(_byDocid[low]) == docid ? _byDocid[low] : -1;
    }
}
