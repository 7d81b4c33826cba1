using R2Synth.Records;

namespace R2Synth.Evaluation;

/// <summary>A BEIR folder: passages, judged queries, judgments. Immutable.</summary>
public sealed record JudgedCorpus
{
    /// <summary>The folder's own name, with its parent's where that is a language's neighbour: <c>xquad/en</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The passages in the file's order.</summary>
    public required IReadOnlyList<Passage> Passages { get; init; }

    /// <summary>The judged queries by ordinal id.</summary>
    public required IReadOnlyList<(string Qid, string Text)> Queries { get; init; }

    /// <summary>The judgments.</summary>
    public required Qrels Qrels { get; init; }

    /// <summary>Reads <c>corpus.jsonl[.gz]</c>, <c>queries.jsonl[.gz]</c> and <c>qrels/SPLIT.tsv</c>.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="split">The split's name.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="InputException">A file is missing or malformed, a judgment names an unknown passage or query, or a query is empty.</exception>
    public static async Task<JudgedCorpus> ReadAsync(string folder, string split = "test", CancellationToken cancellationToken = default)
    {
        if (!Directory.Exists(folder)) throw new InputException($"{folder}: no such folder. Give a BEIR folder: corpus.jsonl, queries.jsonl, qrels/{split}.tsv.");
        string qrelsFile = Path.Combine(folder, "qrels", split + ".tsv");
        CorpusReport report = new();
        IReadOnlyList<Passage> passages = await CorpusReader.ReadAllAsync(folder, new CorpusOptions(), report, cancellationToken);
        IReadOnlyDictionary<string, string> queries = await QueryFile.ReadAsync(Find(folder), cancellationToken);
        Qrels qrels = await Qrels.ReadAsync(qrelsFile, cancellationToken);
        HashSet<string> docids = [.. passages.Select(passage => passage.Docid)];
        foreach (string qid in qrels.Queries)
        {
            if (!queries.ContainsKey(qid)) throw new InputException($"{qrelsFile}: judges the query '{qid}', which is not in queries.jsonl. Are these files of one collection?");
        }

        // An empty document is no passage, but may be judged (cranfield has one): it counts as relevant and is never found.
        string[] unknown = [.. qrels.Queries.SelectMany(qid => qrels.Of(qid).Keys).Where(docid => !docids.Contains(docid)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (unknown.Length > report.EmptyDocuments)
            throw new InputException($"{qrelsFile}: judges {unknown.Length} passages that are not in the corpus, '{unknown[0]}' first. Are these files of one collection, and is the corpus whole?");
        if (qrels.Queries.Count == 0) throw new InputException($"{qrelsFile}: holds no judgment.");
        return new JudgedCorpus
        {
            Name = NameOf(folder),
            Passages = passages,
            Queries = [.. qrels.Queries.Select(qid => (qid, queries[qid]))],
            Qrels = qrels,
        };
    }

    private static string Find(string folder)
    {
        string plain = Path.Combine(folder, "queries.jsonl");
        return File.Exists(plain) || !File.Exists(plain + ".gz") ? plain : plain + ".gz";
    }

    private static string NameOf(string folder)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        string name = Path.GetFileName(full);
        return name.Length == 2 && Path.GetFileName(Path.GetDirectoryName(full)) is { Length: > 0 } parent ? $"{parent}/{name}" : name;
    }
}
