namespace R2Synth.Records;

/// <summary>A unit of work that did not become a group: where it ended and why. A line of <c>rejects.jsonl</c>.</summary>
public sealed record Reject
{
    /// <summary>The unit's id.</summary>
    public required string Id { get; init; }

    /// <summary>The recipe.</summary>
    public required string Recipe { get; init; }

    /// <summary>The stage that rejected it, in a word or two: <c>generate</c>, <c>dedup</c>, <c>judge</c>, <c>select</c>, ...</summary>
    public required string Stage { get; init; }

    /// <summary>The reason from the stage's fixed vocabulary, in kebab case: <c>near-duplicate</c>, <c>not-grounded</c>, ...</summary>
    public required string Reason { get; init; }

    /// <summary>What was found, for a person to read; may hold the model's raw reply.</summary>
    public string Detail { get; init; } = "";
}
