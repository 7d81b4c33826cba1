namespace R2Synth.Records;

/// <summary>What every list of passages can do.</summary>
public static class PassageList
{
    /// <summary>A passage's docid; of a mapped corpus nothing else is decoded.</summary>
    /// <param name="passages">The corpus.</param>
    /// <param name="index">The passage.</param>
    public static string DocidAt(this IReadOnlyList<Passage> passages, int index) => passages is MappedCorpus corpus ? corpus.DocidAt(index) : passages[index].Docid;

    /// <summary>The order of the docids; a mapped corpus brings it along.</summary>
    /// <param name="passages">The corpus.</param>
    public static DocidOrder DocidOrder(this IReadOnlyList<Passage> passages)
    {
        ArgumentNullException.ThrowIfNull(passages);
        if (passages is MappedCorpus corpus) return corpus.Order;
        int[] byDocid = [.. Enumerable.Range(0, passages.Count)];
        Array.Sort(byDocid, (a, b) =>
        {
            int order = string.CompareOrdinal(passages[a].Docid, passages[b].Docid);
            return order != 0 ? order : a.CompareTo(b);
        });
        return new DocidOrder(i => passages[i].Docid, byDocid);
    }
}
