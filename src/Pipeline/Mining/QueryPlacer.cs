using System.IO.Hashing;
using System.Runtime.InteropServices;
using R2Synth.Pipeline.Dedup;
using R2Synth.Records;

namespace R2Synth.Pipeline.Mining;

/// <summary>Finds the passages that qrels name in the corpus. Immutable once made.</summary>
internal sealed class QueryPlacer
{
    private readonly DocidOrder _places;
    private readonly Dictionary<UInt128, HashSet<string>> _together = []; // relevant docids of words that several queries have

    private QueryPlacer(IReadOnlyList<Passage> passages) => _places = passages.DocidOrder();

    /// <summary>Checks that the files are of one collection.</summary>
    /// <param name="request">Queries and qrels.</param>
    /// <param name="passages">The corpus.</param>
    /// <param name="emptyDocuments">Documents of it without text: qrels may name them, and such a passage is in no corpus.</param>
    /// <param name="findings">Takes what the user has to mend.</param>
    public static QueryPlacer Open(MineRequest request, IReadOnlyList<Passage> passages, int emptyDocuments, List<string> findings)
    {
        QueryPlacer placer = new(passages);
        HashSet<string> unknown = new(StringComparer.Ordinal);
        HashSet<UInt128> seen = [];
        foreach (MineQuery query in request.Queries)
        {
            unknown.UnionWith(query.Grades.Keys.Where(docid => placer._places.Find(docid) < 0));
            UInt128 words = Words(query.Text);
            if (!seen.Add(words)) placer._together[words] = new HashSet<string>(StringComparer.Ordinal);
        }

        if (unknown.Count > emptyDocuments)
            findings.Add($"{request.QrelsPath}: judges {unknown.Count} passages that are not in the corpus {request.Corpus}, '{unknown.Min(StringComparer.Ordinal)}' first. Are these files of one collection, and is the corpus whole?");
        foreach (MineQuery query in request.Queries)
        {
            if (placer._together.TryGetValue(Words(query.Text), out HashSet<string>? relevant)) relevant.UnionWith(query.Grades.Where(grade => grade.Value > 0).Select(grade => grade.Key));
        }

        return placer;
    }

    /// <summary>A query's passages, or the reason why there are none.</summary>
    public (PlacedQuery? Placed, string Reason) Place(MineQuery query)
    {
        if (query.Grades.Count == 0) return (null, "not-judged");
        string[] relevant = [.. query.Grades.Where(grade => grade.Value > 0).OrderByDescending(grade => grade.Value).ThenBy(grade => grade.Key, StringComparer.Ordinal).Select(grade => grade.Key)];
        if (relevant.Length == 0) return (null, "no-positive");
        int[] positives = [.. relevant.Select(_places.Find).Where(passage => passage >= 0)];
        if (positives.Length == 0) return (null, "positive-not-in-corpus");
        IEnumerable<string> others = _together.GetValueOrDefault(Words(query.Text)) ?? [];
        return (
            new PlacedQuery(
                query,
                positives,
                [.. others.Select(_places.Find).Where(passage => passage >= 0).Except(positives).Order()]),
            "");
    }

    private static UInt128 Words(string text) => XxHash128.HashToUInt128(MemoryMarshal.AsBytes(NormalisedText.Of(text).AsSpan()));
}
