namespace R2Synth.Records;

/// <summary>What every list of passages can do.</summary>
public static class PassageList
{
    /// <summary>A passage's docid; of a mapped corpus nothing else is decoded.</summary>
    /// <param name="passages">The corpus.</param>
    /// <param name="index">The passage.</param>
    public static string DocidAt(this IReadOnlyList<Passage> passages, int index) => passages is MappedCorpus corpus ? corpus.DocidAt(index) : passages[index].Docid;
}
