using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>Several judges as one, by the ranks that they give. A passage that one of them could not judge is not judged. Thread-safe as far as its judges are.</summary>
public sealed class CombinedJudge : IPassageJudge
{
    private readonly IPassageJudge[] _judges;
    private readonly double[] _weights;
    private readonly Combination _combination;

    /// <summary>Creates a judge.</summary>
    /// <param name="judges">At least two, each asked about every passage.</param>
    /// <param name="combination">How their rankings become one.</param>
    /// <param name="weights">One a judge, above 0; null weighs all 1.</param>
    /// <exception cref="ArgumentException">Fewer than two judges, or another number of weights, or a weight that is not above 0.</exception>
    public CombinedJudge(IReadOnlyList<IPassageJudge> judges, Combination combination = Combination.ReciprocalRank, IReadOnlyList<double>? weights = null)
    {
        ArgumentNullException.ThrowIfNull(judges);
        if (judges.Count < 2) throw new ArgumentException($"{judges.Count} judges cannot be combined.", nameof(judges));
        if (weights is not null && (weights.Count != judges.Count || weights.Any(weight => !(weight > 0 && double.IsFinite(weight)))))
            throw new ArgumentException($"{judges.Count} judges need as many weights above 0; given: {string.Join(", ", weights)}.", nameof(weights));
        _judges = [.. judges];
        _combination = combination;
        _weights = weights is null ? [.. Enumerable.Repeat(1.0, judges.Count)] : [.. weights];
        Name = string.Join(Judges.Join, judges.Select(judge => judge.Name));
    }

    /// <summary>The names of its judges, joined by <c>+</c>.</summary>
    public string Name { get; }

    /// <inheritdoc/>
    public JudgeCost Cost(int passages) => new(_judges.Sum(judge => judge.Cost(passages).Calls), _judges.Sum(judge => judge.Cost(passages).PassagesRead));

    /// <inheritdoc/>
    public async Task<IReadOnlyList<JudgeVerdict>> JudgeAsync(string query, IReadOnlyList<Passage> passages, CancellationToken cancellationToken = default) =>
        Combine(await Task.WhenAll(_judges.Select(judge => judge.JudgeAsync(query, passages, cancellationToken))));

    /// <summary>What its judges' verdicts on a query's passages come to.</summary>
    /// <param name="verdicts">By judge in their order, one a passage.</param>
    /// <returns>One a passage, with the scores that it was made of.</returns>
    public IReadOnlyList<JudgeVerdict> Combine(IReadOnlyList<IReadOnlyList<JudgeVerdict>> verdicts)
    {
        ArgumentNullException.ThrowIfNull(verdicts);
        string[] names = [.. _judges.Select(judge => judge.Name)];
        return [.. RankCombination.Of(verdicts, _combination, _weights).Select((combined, i) => combined.With(names, [.. verdicts.Select(judge => judge[i])]))];
    }
}
