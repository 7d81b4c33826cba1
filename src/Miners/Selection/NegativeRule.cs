using R2Synth.Miners.Ranking;

namespace R2Synth.Miners.Selection;

/// <summary>A negative rule put together from its parts: whose ranking, which window of it, which similarities, and which of what is left.</summary>
/// <remarks>
/// Every published rule that <see cref="NegativeRules"/> knows is one of these. Positives, the seed, whatever is known to be relevant, and copies and
/// near-copies of any of them are never taken; nothing is padded, and what is missing is the shortfall.
/// </remarks>
public sealed record NegativeRule : INegativeRule
{
    /// <inheritdoc/>
    public required string Name { get; init; }

    /// <summary>Other names of the same rule, as its paper or a tool spells it.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>Paper or tool, and where we differ.</summary>
    public required string Origin { get; init; }

    /// <summary>Whose ranking it goes by.</summary>
    public NegativeSource Source { get; init; }

    /// <summary>Whether the lowest rank comes first.</summary>
    public bool LowestFirst { get; init; }

    /// <summary>First ranks that are passed over, at least 0: with 10 the 11th is the first admitted.</summary>
    public int Skip { get; init; }

    /// <summary>Last rank admitted, above <see cref="Skip"/>; null for all.</summary>
    public int? Last { get; init; }

    /// <summary>Whether the window counts the candidates that are within bounds and not known to be relevant, as sentence-transformers does, instead of all.</summary>
    public bool WindowOfSurvivors { get; init; }

    /// <summary>How near to the query a negative may be.</summary>
    public SimilarityBounds Bounds { get; init; } = SimilarityBounds.None;

    /// <summary>Which of the admitted ones are taken.</summary>
    public NegativeSampling Sampling { get; init; }

    /// <summary>See <see cref="NegativeSampling.Tempered"/>; above 0.</summary>
    public double Temperature { get; init; } = 1;

    /// <inheritdoc/>
    public int? Published { get; init; }

    /// <inheritdoc/>
    public bool TakesNone { get; init; }

    /// <inheritdoc/>
    public bool NeedsSimilarity => Bounds.Any;

    /// <inheritdoc/>
    public int? Depth => TakesNone ? null : Last ?? (Skip > 0 ? Skip + (Published ?? 1) : null);

    /// <inheritdoc/>
    public NegativeSelection Pick(NegativeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(request.Count, 1, nameof(request));
        if (TakesNone)
        {
            SortedDictionary<string, int> refused = new(StringComparer.Ordinal);
            if (request.Ranked.Count > 0) refused[NegativeReasons.NotNeeded] = request.Ranked.Count;
            return new NegativeSelection { Negatives = [], Shortfall = 0, Refused = refused };
        }

        if (Bounds.NeedsPositive && request.PositiveSimilarity is null)
            throw new ArgumentException($"The rule '{Name}' needs the similarity of the positive.", nameof(request));
        return new NegativePicker(request, this).Pick();
    }

    /// <summary>The candidate's rank in <see cref="Source"/>; null where that did not return it.</summary>
    internal int? RankOf(RankedCandidate candidate) => Source switch
    {
        NegativeSource.Bm25 => candidate.Candidate.Bm25Rank,
        NegativeSource.Either => candidate.Candidate.BestRank,
        _ => candidate.Rank,
    };
}
