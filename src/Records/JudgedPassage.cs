namespace R2Synth.Records;

/// <summary>A passage in a group, with everything that was measured of it, so that thresholds can change without a model call.</summary>
public sealed record JudgedPassage
{
    /// <summary>The passage's id in its corpus; for a generated one <c>unit#positive</c> or <c>unit#negative</c>.</summary>
    public required string Docid { get; init; }

    /// <summary>The title, empty where there is none.</summary>
    public string Title { get; init; } = "";

    /// <summary>The text.</summary>
    public required string Text { get; init; }

    /// <summary>Relevance 0-3 where a judge graded it, else null.</summary>
    public int? Grade { get; init; }

    /// <summary>Where the passage comes from.</summary>
    public required Origin Origin { get; init; }

    /// <summary>Rank after judging, from 1; null where nothing was ranked.</summary>
    public int? Rank { get; init; }

    /// <summary>Every score by name (<c>bm25</c>, <c>dense</c>, <c>rrf</c>, <c>ql</c>, <c>rc</c>, <c>fused</c>, ...), sorted by ordinal name.</summary>
    public SortedDictionary<string, double> Scores { get; init; } = new(StringComparer.Ordinal);
}
