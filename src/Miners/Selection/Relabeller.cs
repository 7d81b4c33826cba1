using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Miners.Selection;

/// <summary>Makes the best judged passage the positive, even against the seed that the query was written from.</summary>
/// <remarks>
/// Gecko (2403.20327, section 3.2): p+ is the passage of fused rank 1, without a margin; it was not the seed in about 15 % of their queries. Relabel before
/// taking negatives: with the bare seed as positive, hard negatives hurt (their table 3, 52.33 to 51.37).
/// </remarks>
public static class Relabeller
{
    /// <summary>Picks the positive.</summary>
    /// <param name="ranked">The candidates of one query as <see cref="GeckoFusion.Fuse"/> gave them; at least one.</param>
    /// <param name="seed">Index of the seed passage; null where there is none.</param>
    /// <exception cref="ArgumentException"><paramref name="ranked"/> is empty, or lacks the seed.</exception>
    public static Relabelling Relabel(IReadOnlyList<RankedCandidate> ranked, int? seed)
    {
        ArgumentNullException.ThrowIfNull(ranked);
        RankedCandidate best = ranked.MinBy(c => c.Rank) ?? throw new ArgumentException("A query without candidates has no positive.", nameof(ranked));
        if (seed is null)
        {
            return new Relabelling { Positive = best, Origin = Origin.Mined, LostSeed = null };
        }

        RankedCandidate own = ranked.FirstOrDefault(c => c.Candidate.Passage == seed)
            ?? throw new ArgumentException($"The seed, passage {seed}, is not among the candidates; it must be judged with them.", nameof(ranked));
        return ReferenceEquals(own, best)
            ? new Relabelling { Positive = best, Origin = Origin.Seed, LostSeed = null }
            : new Relabelling { Positive = best, Origin = Origin.Relabelled, LostSeed = own };
    }
}
