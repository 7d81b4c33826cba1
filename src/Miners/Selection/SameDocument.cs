using R2Synth.Records;

namespace R2Synth.Miners.Selection;

/// <summary>Which passages come from one document: docids <c>file#5</c>, as the splitter gives them.</summary>
public static class SameDocument
{
    /// <summary>The document of a passage: its docid without the number behind the last <c>#</c>; the docid itself where it has none.</summary>
    /// <param name="docid">A docid.</param>
    public static string Of(string docid)
    {
        ArgumentNullException.ThrowIfNull(docid);
        int sign = docid.LastIndexOf('#');
        return sign > 0 && sign < docid.Length - 1 && docid.AsSpan(sign + 1).IndexOfAnyExceptInRange('0', '9') < 0 ? docid[..sign] : docid;
    }

    /// <summary>The passages of each document, in the corpus's order.</summary>
    /// <param name="passages">The corpus.</param>
    public static Dictionary<string, List<int>> Index(IReadOnlyList<Passage> passages)
    {
        ArgumentNullException.ThrowIfNull(passages);
        Dictionary<string, List<int>> documents = new(StringComparer.Ordinal);
        for (int i = 0; i < passages.Count; i++)
        {
            string document = Of(passages[i].Docid);
            if (!documents.TryGetValue(document, out List<int>? of)) documents[document] = of = [];
            of.Add(i);
        }

        return documents;
    }
}
