using R2Synth.Miners.Ranking;

namespace R2Synth.Miners.Selection;

/// <summary>The negatives of a query, and what became of every other candidate.</summary>
public sealed record NegativeSelection
{
    /// <summary>In the rule's order of preference, so that a trainer which takes one takes the first; at most as many as were asked for, never padded.</summary>
    public required IReadOnlyList<RankedCandidate> Negatives { get; init; }

    /// <summary>Negatives asked for and not found; 0 when all were.</summary>
    public required int Shortfall { get; init; }

    /// <summary>
    /// Candidates that are no negatives, counted by <see cref="NegativeReasons">reason</see>, sorted by ordinal reason. With the negatives the counts add up
    /// to the candidates.
    /// </summary>
    public required IReadOnlyDictionary<string, int> Refused { get; init; }

    /// <summary><see cref="Refused"/> in words, <c>positive 1, seed 1</c>.</summary>
    public string RefusedInWords => string.Join(", ", Refused.OrderBy(reason => reason.Key, StringComparer.Ordinal).Select(reason => $"{reason.Key} {reason.Value}"));
}
