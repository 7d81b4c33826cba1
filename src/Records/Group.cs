namespace R2Synth.Records;

/// <summary>One training example: a query, its positives and its hard negatives. The native shard row (design, section 5).</summary>
public sealed record Group
{
    /// <summary>The attribute that names the query of a group whose query was given, not written: its id in the user's own files.</summary>
    public const string QueryId = "query_id";

    /// <summary>The attribute that holds the positive's title where the group's passages go without theirs, because the query is that title.</summary>
    public const string HiddenTitle = "hidden_title";

    /// <summary>The unit's id, <c>recipe-ordinal</c> with the ordinal in eight digits: shards are sorted by it.</summary>
    public required string Id { get; init; }

    /// <summary>The recipe that made it.</summary>
    public required string Recipe { get; init; }

    /// <summary>The kind of retrieval task, for instance <c>short-long</c>.</summary>
    public required string TaskGroup { get; init; }

    /// <summary>The task in a sentence: the instruction on the query's side.</summary>
    public required string Instruction { get; init; }

    /// <summary>The query.</summary>
    public required string Query { get; init; }

    /// <summary>ISO 639-1 code of the query's language.</summary>
    public string Language { get; init; } = "en";

    /// <summary>What was sampled for the example (query length, clarity, ...), sorted by ordinal name.</summary>
    public SortedDictionary<string, string> Attributes { get; init; } = new(StringComparer.Ordinal);

    /// <summary>The docid of the seed passage; null where the query was written from none.</summary>
    public string? SeedDocid { get; init; }

    /// <summary>At least one, best first.</summary>
    public required IReadOnlyList<JudgedPassage> Positives { get; init; }

    /// <summary>Hardest first.</summary>
    public required IReadOnlyList<JudgedPassage> Negatives { get; init; }

    /// <summary>Scores of the filters by name, sorted by ordinal name.</summary>
    public SortedDictionary<string, double> Quality { get; init; } = new(StringComparer.Ordinal);

    /// <summary>Which models and prompts made it.</summary>
    public required Provenance Provenance { get; init; }
}
