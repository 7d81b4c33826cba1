using R2Synth.Records;

namespace R2Synth.Miners.Retrieval;

/// <summary>The ordinal order of a corpus's docids, computed once, so that a tie costs an integer comparison.</summary>
internal sealed class DocidOrder
{
    internal DocidOrder(IReadOnlyList<Passage> passages)
    {
        Passages = new int[passages.Count];
        for (int i = 0; i < Passages.Length; i++)
        {
            Passages[i] = i;
        }

        Array.Sort(Passages, (a, b) =>
        {
            int order = string.CompareOrdinal(passages[a].Docid, passages[b].Docid);
            return order != 0 ? order : a.CompareTo(b);
        });
        Positions = new int[Passages.Length];
        for (int i = 0; i < Passages.Length; i++)
        {
            Positions[Passages[i]] = i;
        }
    }

    /// <summary>Corpus indices by rising docid.</summary>
    internal int[] Passages { get; }

    /// <summary>For each corpus index its place in <see cref="Passages"/>.</summary>
    internal int[] Positions { get; }
}
