using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>Several judges as one, by the ranks that they give; how far they agree is kept. A passage that one of them could not judge is not judged. Thread-safe.</summary>
public sealed class CombinedJudge : IPassageJudge
{
    private readonly IPassageJudge[] _judges;
    private readonly double[] _weights;
    private readonly Combination _combination;
    private readonly AgreementCount[] _agreements;

    /// <summary>Creates a judge.</summary>
    /// <param name="judges">At least two, each asked about every passage.</param>
    /// <param name="combination">How their rankings become one.</param>
    /// <param name="weights">One a judge, above 0; null weighs all 1.</param>
    /// <param name="thresholds">The score from which each judge calls a passage relevant, null for one that only ranks; null takes those of <see cref="Judges"/>.</param>
    /// <exception cref="ArgumentException">Fewer than two judges, or another number of weights or thresholds, or a weight that is not above 0.</exception>
    public CombinedJudge(
        IReadOnlyList<IPassageJudge> judges, Combination combination = Combination.ReciprocalRank, IReadOnlyList<double>? weights = null, IReadOnlyList<double?>? thresholds = null)
    {
        ArgumentNullException.ThrowIfNull(judges);
        if (judges.Count < 2) throw new ArgumentException($"{judges.Count} judges cannot be combined.", nameof(judges));
        if (weights is not null && (weights.Count != judges.Count || weights.Any(weight => !(weight > 0 && double.IsFinite(weight)))))
            throw new ArgumentException($"{judges.Count} judges need as many weights above 0; given: {string.Join(", ", weights)}.", nameof(weights));
        if (thresholds is not null && thresholds.Count != judges.Count) throw new ArgumentException($"{judges.Count} judges and {thresholds.Count} thresholds.", nameof(thresholds));
        _judges = [.. judges];
        _combination = combination;
        _weights = weights is null ? [.. Enumerable.Repeat(1.0, judges.Count)] : [.. weights];
        double?[] from = thresholds is null ? [.. judges.Select(judge => Judges.ThresholdOf(judge.Name))] : [.. thresholds];
        _agreements =
        [
            .. Enumerable.Range(0, judges.Count).SelectMany(first => Enumerable.Range(first + 1, judges.Count - first - 1).Select(second => (first, second)))
                .Where(pair => from[pair.first] is not null && from[pair.second] is not null)
                .Select(pair => new AgreementCount(pair.first, pair.second, from[pair.first]!.Value, from[pair.second]!.Value)), // not null: see above
        ];
        Name = string.Join('+', judges.Select(judge => judge.Name));
    }

    /// <summary>The names of its judges, joined by <c>+</c>.</summary>
    public string Name { get; }

    /// <summary>How far each two judges that have thresholds agreed so far, over all passages that both judged. The same for the same queries in any order.</summary>
    public IReadOnlyList<JudgeAgreement> Agreements => [.. _agreements.Select(count => count.Read(_judges))];

    /// <inheritdoc/>
    public JudgeCost Cost(int passages) => new(_judges.Sum(judge => judge.Cost(passages).Calls), _judges.Sum(judge => judge.Cost(passages).PassagesRead));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JudgeVerdict>> JudgeAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<JudgeVerdict>[] verdicts = await Task.WhenAll(_judges.Select(judge => judge.JudgeAsync(query, passages, cancellationToken)));
        foreach (AgreementCount count in _agreements) count.Add(verdicts);
        return RankCombination.Of(verdicts, _combination, _weights);
    }

    /// <summary>Counts how two judges' relevant passages meet.</summary>
    private sealed class AgreementCount(int first, int second, double firstFrom, double secondFrom)
    {
        private readonly Lock _lock = new();
        private long _both, _onlyFirst, _onlySecond, _neither;

        public void Add(IReadOnlyList<JudgeVerdict>[] verdicts)
        {
            lock (_lock)
            {
                for (int i = 0; i < verdicts[first].Count; i++)
                {
                    if (verdicts[first][i].Score is not { } one || verdicts[second][i].Score is not { } other) continue;
                    switch (one >= firstFrom, other >= secondFrom)
                    {
                        case (true, true): _both++; break;
                        case (true, false): _onlyFirst++; break;
                        case (false, true): _onlySecond++; break;
                        default: _neither++; break;
                    }
                }
            }
        }

        public JudgeAgreement Read(IPassageJudge[] judges)
        {
            lock (_lock) return new JudgeAgreement { First = judges[first].Name, Second = judges[second].Name, Both = _both, OnlyFirst = _onlyFirst, OnlySecond = _onlySecond, Neither = _neither };
        }
    }
}
