namespace R2Synth.Pipeline.Reporting;

/// <summary>The columns of a shard in words, for the dataset card.</summary>
internal static class ShardColumns
{
    /// <summary>Name and meaning, in the order of the schema (design, section 5).</summary>
    public static IReadOnlyList<(string Name, string Meaning)> All { get; } =
    [
        ("id", "the group's id; shards are sorted by it"),
        ("recipe", "the recipe that made it"),
        ("task_group", "the kind of retrieval task"),
        ("instruction", "the task in a sentence: the instruction on the query's side"),
        ("query", "the query"),
        ("language", "ISO 639-1 code of the query's language"),
        ("attributes", "map: what was sampled for the example"),
        ("seed_docid", "the passage that the query was written from; null where there was none"),
        ("positives", "list, best first: docid, title, text, grade (0-3), origin (seed, mined, relabelled, generated), rank, scores (map)"),
        ("negatives", "list, hardest first; the same fields"),
        ("quality", "map: scores of the filters"),
        ("provenance", "generator, judge, and the hash of each prompt"),
    ];
}
