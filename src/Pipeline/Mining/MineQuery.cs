namespace R2Synth.Pipeline.Mining;

/// <summary>A query that the user has, with what is known of it.</summary>
public sealed record MineQuery
{
    /// <summary>Its id; kept as the group's attribute <c>query_id</c>.</summary>
    public required string Qid { get; init; }

    /// <summary>Its text, not blank.</summary>
    public required string Text { get; init; }

    /// <summary>Its gold answers, for a judge that compares with them; empty where none are known or none are asked for.</summary>
    public IReadOnlyList<string> Answers { get; init; } = [];

    /// <summary>Grades by docid; above 0 is relevant. Empty where nothing was judged.</summary>
    public required IReadOnlyDictionary<string, int> Grades { get; init; }
}
