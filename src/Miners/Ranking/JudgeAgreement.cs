namespace R2Synth.Miners.Ranking;

/// <summary>How far two judges agree on what is relevant, or on what is best.</summary>
/// <remarks>Cohen, Educational and Psychological Measurement 1960 and (weighted) Psychological Bulletin 1968.</remarks>
public sealed record JudgeAgreement
{
    /// <summary>The recipe on whose queries it was counted; empty until the caller says.</summary>
    public string Recipe { get; init; } = "";

    /// <summary>Recipe and judges as tables show them.</summary>
    public string Name => $"{(Recipe.Length == 0 ? "" : $"{Recipe} ")}{First}, {Second}";

    /// <summary>Whether the yes of a judge is its best passage of a query, since one of the two has no threshold; else every passage that it calls relevant.</summary>
    public bool OnBest { get; init; }

    /// <summary>One judge.</summary>
    public required string First { get; init; }

    /// <summary>The other.</summary>
    public required string Second { get; init; }

    /// <summary>Passages that both call relevant, or best.</summary>
    public required long Both { get; init; }

    /// <summary>Passages that only <see cref="First"/> calls so.</summary>
    public required long OnlyFirst { get; init; }

    /// <summary>Passages that only <see cref="Second"/> calls so.</summary>
    public required long OnlySecond { get; init; }

    /// <summary>Passages that neither calls so.</summary>
    public required long Neither { get; init; }

    /// <summary>Passages that both judged.</summary>
    public long Passages => Both + OnlyFirst + OnlySecond + Neither;

    /// <summary>Cohen's kappa: agreement beyond chance, at most 1, 0 for chance; null where chance alone would agree on all (both always say the same, or nothing was judged).</summary>
    public double? Kappa => Weighted([[Neither, OnlySecond], [OnlyFirst, Both]], quadratic: false);

    /// <summary>Kappa of two judges' grades: the farther apart two grades, the more they count.</summary>
    /// <param name="first">Grades, each from 0 and below <paramref name="grades"/>.</param>
    /// <param name="second">The other judge's grades of the same passages.</param>
    /// <param name="grades">How many grades there are, at least 2.</param>
    /// <param name="quadratic">Whether a disagreement counts by the square of its distance, the usual choice, or by the distance.</param>
    /// <returns>At most 1; null where chance alone would agree on all.</returns>
    /// <exception cref="ArgumentException">The lists are of unequal length, or hold a grade out of range.</exception>
    public static double? WeightedKappa(IReadOnlyList<int> first, IReadOnlyList<int> second, int grades, bool quadratic = true)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        ArgumentOutOfRangeException.ThrowIfLessThan(grades, 2);
        if (first.Count != second.Count) throw new ArgumentException($"{first.Count} and {second.Count} grades cannot be paired.", nameof(second));
        if (first.Concat(second).Any(grade => grade < 0 || grade >= grades)) throw new ArgumentException($"A grade is not in 0 to {grades - 1}.", nameof(first));
        long[][] table = [.. Enumerable.Range(0, grades).Select(_ => new long[grades])];
        for (int i = 0; i < first.Count; i++) table[first[i]][second[i]]++;
        return Weighted(table, quadratic);
    }

    // 1 - (sum of weighted observed) / (sum of weighted expected), where a disagreement of distance d weighs d or d^2 (Cohen 1968).
    private static double? Weighted(long[][] table, bool quadratic)
    {
        double total = table.Sum(row => row.Sum()), observed = 0, expected = 0;
        for (int i = 0; i < table.Length; i++)
        {
            for (int j = 0; j < table.Length; j++)
            {
                double weight = quadratic ? (i - j) * (i - j) : Math.Abs(i - j);
                observed += weight * table[i][j];
                expected += weight * table[i].Sum() * table.Sum(row => row[j]) / total;
            }
        }

        return expected > 0 ? 1 - (observed / expected) : null;
    }
}
