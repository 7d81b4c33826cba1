namespace R2Synth.Miners.Selection;

/// <summary>How near to the query a negative may be, by the similarity of a vector retriever. What is null is not asked.</summary>
/// <remarks>
/// Names and meaning of sentence-transformers' <c>mine_hard_negatives</c>; margins are measured against the lowest-scoring positive of the query. NV-Retriever
/// (2407.15831, section 3) calls them TopK-MarginPos (0.05), TopK-PercPos (0.95) and TopK-Abs (0.7).
/// </remarks>
public sealed record SimilarityBounds
{
    /// <summary>No bound at all.</summary>
    public static SimilarityBounds None { get; } = new();

    /// <summary>Whether a negative above <see cref="NegativeRequest.PercPos"/> of the positive's similarity is refused.</summary>
    public bool PercPos { get; init; }

    /// <summary>A negative above s_pos - margin is refused; at least 0.</summary>
    public double? AbsoluteMargin { get; init; }

    /// <summary>A negative above s_pos - |s_pos| margin is refused; in [0, 1].</summary>
    public double? RelativeMargin { get; init; }

    /// <summary>A negative above this is refused, whatever its positive.</summary>
    public double? MaxScore { get; init; }

    /// <summary>A negative below this is refused as too easy.</summary>
    public double? MinScore { get; init; }

    /// <summary>Whether there is a bound that the positive's similarity is needed for.</summary>
    public bool NeedsPositive => PercPos || AbsoluteMargin is not null || RelativeMargin is not null;

    /// <summary>Whether there is a bound at all.</summary>
    public bool Any => NeedsPositive || MaxScore is not null || MinScore is not null;

    /// <summary>Highest similarity that a negative may have under a share of the positive's.</summary>
    /// <param name="positiveSimilarity">Cosine of query and positive.</param>
    /// <param name="share">The share, in [0, 1].</param>
    /// <returns>s_pos - |s_pos| (1 - share): the product share s_pos where that is positive, and still not above s_pos where it is negative, as the product would be.</returns>
    public static double Ceiling(double positiveSimilarity, double share) => positiveSimilarity - (Math.Abs(positiveSimilarity) * (1 - share));

    /// <summary>Why a similarity is out of bounds; null where it is within.</summary>
    /// <param name="similarity">Cosine of query and candidate.</param>
    /// <param name="positive">Cosine of query and its lowest-scoring positive; read only where <see cref="NeedsPositive"/>.</param>
    /// <param name="percPos">The share of <see cref="PercPos"/>.</param>
    /// <returns><see cref="NegativeReasons.AboveMargin"/>, <see cref="NegativeReasons.AboveMaximum"/>, <see cref="NegativeReasons.BelowMinimum"/> or null.</returns>
    public string? Check(double similarity, double positive, double percPos)
    {
        bool aboveMargin = (PercPos && similarity > Ceiling(positive, percPos))
            || (AbsoluteMargin is double absolute && similarity > positive - absolute)
            || (RelativeMargin is double relative && similarity > Ceiling(positive, 1 - relative));
        return aboveMargin ? NegativeReasons.AboveMargin
            : similarity > MaxScore ? NegativeReasons.AboveMaximum
            : similarity < MinScore ? NegativeReasons.BelowMinimum
            : null;
    }
}
