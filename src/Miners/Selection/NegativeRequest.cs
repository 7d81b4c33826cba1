using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Miners.Selection;

/// <summary>What a negative rule picks from, and what it must not pick.</summary>
public sealed record NegativeRequest
{
    /// <summary>The corpus that the candidates point into.</summary>
    public required IReadOnlyList<Passage> Passages { get; init; }

    /// <summary>The judged candidates of one query, in any order; the positive and the seed may be among them.</summary>
    public required IReadOnlyList<RankedCandidate> Ranked { get; init; }

    /// <summary>Index of the positive; null where it was written by a model and is not in the corpus.</summary>
    public required int? Positive { get; init; }

    /// <summary>The positive's text.</summary>
    public required string PositiveText { get; init; }

    /// <summary>Cosine of query and positive, of several the lowest, for rules with a margin; null where nothing embeds.</summary>
    public required double? PositiveSimilarity { get; init; }

    /// <summary>The query's id: what chance depends on, together with <see cref="RunSeed"/>.</summary>
    public string QueryId { get; init; } = "";

    /// <summary>The run's seed.</summary>
    public long RunSeed { get; init; }

    /// <summary>
    /// Index of the seed passage; null where there is none. It is never a negative, also where it lost: the query was written from it, so it is most
    /// likely a second positive.
    /// </summary>
    public int? Seed { get; init; }

    /// <summary>Indices of further positives and of other passages known to be relevant (from qrels); never negatives either.</summary>
    public IReadOnlyList<int> AlsoRelevant { get; init; } = [];

    /// <summary>Negatives wanted, at least 1.</summary>
    public required int Count { get; init; }

    /// <summary>See <see cref="MiningOptions.PercPos"/>; ignored by rules without a margin.</summary>
    public required double PercPos { get; init; }

    /// <summary>The request that follows a relabelling.</summary>
    /// <param name="relabelling">What <see cref="Relabeller"/> gave.</param>
    /// <param name="ranked">The candidates that it was given.</param>
    /// <param name="seed">The seed that it was given.</param>
    /// <param name="passages">The corpus.</param>
    /// <param name="options">Count and margin.</param>
    public static NegativeRequest From(
        Relabelling relabelling, IReadOnlyList<RankedCandidate> ranked, int? seed, IReadOnlyList<Passage> passages, MiningOptions options)
    {
        ArgumentNullException.ThrowIfNull(relabelling);
        ArgumentNullException.ThrowIfNull(passages);
        ArgumentNullException.ThrowIfNull(options);
        int positive = relabelling.Positive.Candidate.Passage;
        return new NegativeRequest
        {
            Passages = passages,
            Ranked = ranked,
            Positive = positive,
            PositiveText = passages[positive].Text,
            PositiveSimilarity = relabelling.Positives.Min(p => p.Candidate.Dense),
            Seed = seed,
            AlsoRelevant = [.. relabelling.AlsoPositive.Select(p => p.Candidate.Passage)],
            Count = options.Negatives,
            PercPos = options.PercPos,
        };
    }
}
