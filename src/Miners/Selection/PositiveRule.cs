using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Miners.Selection;

/// <summary>How positives are chosen among judged candidates: the settings around <see cref="Relabeller"/>, checked once.</summary>
/// <remarks>With every setting at its default this is <see cref="Relabeller.Relabel"/> and nothing else.</remarks>
public sealed class PositiveRule
{
    /// <summary>The best judged passage.</summary>
    public const string Best = "best";

    /// <summary>The seed as it is.</summary>
    public const string Seed = "seed";

    /// <summary>All that qrels name.</summary>
    public const string Judgments = "qrels";

    /// <summary>The reason of a query whose best passage is below the floor.</summary>
    public const string UnanswerableReason = "unanswerable";

    private readonly Func<RankedCandidate, double?> _score;
    private readonly double? _margin;
    private readonly double? _floor;

    private PositiveRule(string name, string scoreName, MiningOptions options)
    {
        (Name, ScoreName, _margin, _floor) = (name, scoreName, options.PositiveMargin, options.PositiveFloor);
        _score = scoreName switch
        {
            ScoreNames.Ql => c => c.Score.Ql,
            ScoreNames.Rc => c => c.Score.Rc,
            _ => c => c.Candidate.Dense,
        };
    }

    /// <summary><see cref="Best"/>, <see cref="Seed"/> or <see cref="Judgments"/>.</summary>
    public string Name { get; }

    /// <summary>The score that margin and floor are read on.</summary>
    public string ScoreName { get; }

    /// <summary>Whether margin or floor are set, so that the score is read.</summary>
    public bool ReadsScore => _margin is not null || _floor is not null;

    /// <summary>The same without margin and floor, for candidates whose score counts for nothing.</summary>
    public PositiveRule WithoutScore => new(Name, ScoreName, new MiningOptions());

    /// <summary>The rule of the settings.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="otherwise">What <see cref="MiningOptions.Positives"/> is where it is not set.</param>
    /// <param name="score">What <see cref="MiningOptions.PositiveScore"/> is where it is not set.</param>
    /// <param name="allowed">The names that make sense here.</param>
    /// <exception cref="InputException">A name is unknown.</exception>
    public static PositiveRule From(MiningOptions options, string otherwise = Best, string score = ScoreNames.Ql, params IReadOnlyList<string> allowed)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(allowed);
        IReadOnlyList<string> names = allowed.Count > 0 ? allowed : [Best, Seed];
        return new PositiveRule(
            Known("Mining:Positives", options.Positives ?? otherwise, names),
            Known("Mining:PositiveScore", options.PositiveScore ?? score, [ScoreNames.Ql, ScoreNames.Rc, ScoreNames.Dense]),
            options);
    }

    /// <summary>Chooses the positives of one query.</summary>
    /// <param name="ranked">Its candidates; at least one.</param>
    /// <param name="seed">Index of the seed passage; null where there is none.</param>
    /// <exception cref="ArgumentException"><paramref name="ranked"/> is empty or lacks the seed, or the rule takes the seed and there is none.</exception>
    public Relabelling Choose(IReadOnlyList<RankedCandidate> ranked, int? seed)
    {
        Relabelling chosen = Relabeller.Relabel(ranked, seed);
        if (Name == Seed)
        {
            RankedCandidate own = chosen.LostSeed ?? (chosen.Origin == Origin.Seed ? chosen.Positive : throw new ArgumentException("There is no seed to take for the positive.", nameof(seed)));
            chosen = new Relabelling { Positive = own, Origin = Origin.Seed, LostSeed = null };
        }

        return Widen(chosen, ranked);
    }

    /// <summary>Applies margin and floor to positives that were chosen.</summary>
    /// <param name="chosen">The positives.</param>
    /// <param name="ranked">All candidates of the query.</param>
    public Relabelling Widen(Relabelling chosen, IReadOnlyList<RankedCandidate> ranked)
    {
        ArgumentNullException.ThrowIfNull(chosen);
        ArgumentNullException.ThrowIfNull(ranked);
        double? best = ReadsScore ? _score(chosen.Positive) : null;
        if (_margin is double margin && best is not null)
        {
            HashSet<int> known = [.. chosen.Positives.Select(p => p.Candidate.Passage)];
            chosen = chosen with { AlsoPositive = [.. chosen.AlsoPositive, .. ranked.Where(c => !known.Contains(c.Candidate.Passage) && _score(c) >= best - margin).OrderBy(c => c.Rank)] };
        }

        return _floor is double floor && (best is null || best < floor) ? chosen with { Unanswerable = true } : chosen;
    }

    private static string Known(string setting, string name, IReadOnlyList<string> known) =>
        known.FirstOrDefault(k => k.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new InputException($"{setting} is '{name}'. Known: {string.Join(", ", known)}.");
}
