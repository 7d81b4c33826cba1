using R2Synth.Miners.Ranking;

namespace R2Synth.Miners.Selection;

/// <summary>
/// Looks for negatives that answer their query after all: a cheap judge reads everything, a strong one only what the cheap one flagged. Thread-safe as far as
/// its judges are.
/// </summary>
/// <remarks>
/// RLHN (2505.16967): two stages, remove, relabel or drop, and no query with more than k = 7 false negatives. There the judge is shown the ground truth; here
/// the positives are judged beside the negatives, and a negative is flagged that scores as high as the lowest of them, so that any judge will do whatever its
/// scale. It fails closed: a negative without a verdict goes, a query whose positives have none is dropped, and both are counted.
/// </remarks>
public sealed class FalseNegativeCascade
{
    /// <summary>RLHN's k.</summary>
    public const int MostFalseNegatives = 7;

    private readonly IPassageJudge _judge;
    private readonly IPassageJudge? _strong;

    /// <summary>Creates the cascade.</summary>
    /// <param name="judge">Reads every positive and negative.</param>
    /// <param name="strong">Reads positives and what was flagged; null where the first judge has the last word.</param>
    /// <param name="action">What to do with a false negative; not <see cref="FalseNegativeAction.None"/>.</param>
    public FalseNegativeCascade(IPassageJudge judge, IPassageJudge? strong, FalseNegativeAction action)
    {
        ArgumentNullException.ThrowIfNull(judge);
        if (action == FalseNegativeAction.None) throw new ArgumentException("There is nothing to do.", nameof(action));
        (_judge, _strong, Action) = (judge, strong, action);
    }

    /// <summary>What is done with a false negative.</summary>
    public FalseNegativeAction Action { get; }

    /// <summary>A query with more false negatives is dropped, whatever the action; at least 0.</summary>
    public int Most { get; init; } = MostFalseNegatives;

    /// <summary>How far below the lowest positive's score a negative is already flagged, on each judge's own scale.</summary>
    public double Margin { get; init; }

    /// <summary>
    /// What counts as an answer on the judges' scale whatever the positives got: less is not flagged, and a query of which no positive reaches it is dropped.
    /// Null where the scale has no such point.
    /// </summary>
    public double? Threshold { get; init; }

    /// <summary>Checks one query.</summary>
    /// <param name="query">The query, not blank.</param>
    /// <param name="passages">Its positives and negatives, best first by whatever ranked them; at least one positive.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ArgumentException">There is no positive.</exception>
    public async Task<FalseNegativeOutcome> CheckAsync(string query, IReadOnlyList<CheckedPassage> passages, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(passages);
        if (!passages.Any(p => p.IsPositive)) throw new ArgumentException("A query without a positive has no false negative.", nameof(passages));
        SortedDictionary<string, double>[] scores = [.. passages.Select(_ => new SortedDictionary<string, double>(StringComparer.Ordinal))];
        int[] all = [.. Enumerable.Range(0, passages.Count)];
        Reading first = await JudgeAsync(_judge, "", all, query, passages, scores, cancellationToken);
        Reading last = first;
        HashSet<int> failed = [.. first.Failed];
        int faults = first.Faults;
        string? dropped = first.Dropped;
        if (_strong is not null && dropped is null && first.Flagged.Count > 0)
        {
            last = await JudgeAsync(_strong, _strong.Name == _judge.Name ? "-strong" : "", [.. all.Where(i => passages[i].IsPositive || first.Flagged.Contains(i))], query, passages, scores, cancellationToken);
            failed.UnionWith(last.Failed);
            faults += last.Faults;
            dropped = last.Dropped;
        }

        dropped ??= last.Flagged.Count > Most ? FalseNegativeReasons.Ambiguous
            : Action == FalseNegativeAction.Drop && last.Flagged.Count > 0 ? FalseNegativeReasons.FalseNegative
            : null;
        FalseNegativeFate[] fates = [.. all.Select(i => dropped is not null ? FalseNegativeFate.Kept
            : failed.Contains(i) ? FalseNegativeFate.Failed
            : !last.Flagged.Contains(i) ? FalseNegativeFate.Kept
            : Action == FalseNegativeAction.Relabel ? FalseNegativeFate.Relabelled : FalseNegativeFate.Removed)];
        int positives = passages.Count(p => p.IsPositive), relabelled = fates.Count(f => f == FalseNegativeFate.Relabelled);
        return new FalseNegativeOutcome
        {
            Fates = fates,
            Scores = scores,
            Dropped = dropped,
            Counts = new FalseNegativeCounts
            {
                Queries = 1,
                DroppedQueries = dropped is null ? 0 : 1,
                PositivesBefore = positives,
                PositivesAfter = dropped is null ? positives + relabelled : 0,
                NegativesBefore = passages.Count - positives,
                NegativesAfter = dropped is null ? Enumerable.Range(0, fates.Length).Count(i => !passages[i].IsPositive && fates[i] == FalseNegativeFate.Kept) : 0,
                Flagged = first.Flagged.Count,
                Confirmed = last.Flagged.Count,
                Removed = fates.Count(f => f == FalseNegativeFate.Removed),
                Relabelled = relabelled,
                Failed = fates.Count(f => f == FalseNegativeFate.Failed),
                JudgeFaults = faults,
            },
        };
    }

    private async Task<Reading> JudgeAsync(
        IPassageJudge judge, string suffix, int[] places, string query, IReadOnlyList<CheckedPassage> passages, SortedDictionary<string, double>[] scores, CancellationToken cancellationToken)
    {
        IReadOnlyList<JudgeVerdict> verdicts = await judge.JudgeAsync(query, [.. places.Select(i => passages[i].Passage)], cancellationToken);
        Dictionary<int, double?> found = [];
        for (int i = 0; i < places.Length; i++)
        {
            found[places[i]] = verdicts[i].Score;
            foreach ((string name, double score) in verdicts[i].ScoresOf(judge.Name)) scores[places[i]][name + suffix] = score;
        }

        int faults = found.Values.Count(score => score is null);
        double[] positives = [.. places.Where(i => passages[i].IsPositive).Select(i => found[i]).OfType<double>()];
        if (positives.Length == 0) return new Reading([], [], faults, FalseNegativeReasons.JudgeFailed);
        if (Threshold is double answer && positives.Max() < answer) return new Reading([], [], faults, FalseNegativeReasons.PositiveFails);
        double least = Math.Max(positives.Min() - Margin, Threshold ?? double.NegativeInfinity);
        int[] negatives = [.. places.Where(i => !passages[i].IsPositive)];
        return new Reading([.. negatives.Where(i => found[i] >= least)], [.. negatives.Where(i => found[i] is null)], faults, null);
    }

    private sealed record Reading(HashSet<int> Flagged, HashSet<int> Failed, int Faults, string? Dropped);
}
