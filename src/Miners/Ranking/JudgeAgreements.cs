namespace R2Synth.Miners.Ranking;

/// <summary>
/// Counts how far each two of several judges agree, query by query; the order of the queries changes nothing. Where both have a threshold they agree on what is relevant, else on which passage of a
/// query is the best, for which a score needs no threshold. Not thread-safe.
/// </summary>
/// <param name="judges">By name, each with the score from which it calls a passage relevant; null for one that only ranks.</param>
public sealed class JudgeAgreements(IReadOnlyList<(string Judge, double? From)> judges)
{
    private readonly (int First, int Second)[] _pairs = [.. Enumerable.Range(0, judges.Count).SelectMany(first => Enumerable.Range(first + 1, judges.Count - first - 1).Select(second => (first, second)))];
    private readonly Dictionary<(int First, int Second), JudgeAgreement> _counts = [];

    /// <summary>Takes what they said of one query's passages.</summary>
    /// <param name="scores">By judge, one a passage in one order, null where it failed. Passages that one of two could not judge do not count for these two.</param>
    public void Add(IReadOnlyList<IReadOnlyList<double?>> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        foreach ((int first, int second) in _pairs)
        {
            (double One, double Other)[] both = [.. scores[first].Zip(scores[second]).Where(pair => pair is { First: not null, Second: not null }).Select(pair => (pair.First!.Value, pair.Second!.Value))]; // not null: filtered
            JudgeAgreement count = Of(first, second);
            if (both.Length < 2 && count.OnBest) continue; // of one passage there is no best
            int best = IndexOfMost([.. both.Select(pair => pair.One)]), otherBest = IndexOfMost([.. both.Select(pair => pair.Other)]);
            for (int i = 0; i < both.Length; i++)
            {
                (bool one, bool other) = count.OnBest ? (i == best, i == otherBest) : (both[i].One >= judges[first].From, both[i].Other >= judges[second].From);
                count = (one, other) switch
                {
                    (true, true) => count with { Both = count.Both + 1 },
                    (true, false) => count with { OnlyFirst = count.OnlyFirst + 1 },
                    (false, true) => count with { OnlySecond = count.OnlySecond + 1 },
                    _ => count with { Neither = count.Neither + 1 },
                };
            }

            _counts[(first, second)] = count;
        }
    }

    /// <summary>What was counted, by the judges' order; nothing for a single judge.</summary>
    public IReadOnlyList<JudgeAgreement> Read() => [.. _pairs.Select(pair => Of(pair.First, pair.Second))];

    private JudgeAgreement Of(int first, int second) => _counts.GetValueOrDefault((first, second)) ?? new JudgeAgreement
    {
        First = judges[first].Judge,
        Second = judges[second].Judge,
        OnBest = judges[first].From is null || judges[second].From is null,
        Both = 0,
        OnlyFirst = 0,
        OnlySecond = 0,
        Neither = 0,
    };

    // Of equal scores the first, as in ReciprocalRanks.
    private static int IndexOfMost(double[] scores) => Array.IndexOf(scores, scores.DefaultIfEmpty().Max());
}
