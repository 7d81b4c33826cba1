using R2Synth.Records;

namespace R2Synth.Evaluation;

/// <summary>The mean difference of two systems over the same queries, and how sure it is.</summary>
/// <param name="Mean">Mean of first minus second.</param>
/// <param name="Low">Lower end of the 95 % interval.</param>
/// <param name="High">Upper end of the 95 % interval.</param>
/// <param name="PValue">Two-sided, of the randomisation test: how often a difference as large comes from chance alone.</param>
public sealed record PairedDifference(double Mean, double Low, double High, double PValue)
{
    /// <summary>Resamples of the bootstrap and of the test.</summary>
    public const int Resamples = 10_000;

    /// <summary>Compares two systems query by query.</summary>
    /// <param name="first">One value a query.</param>
    /// <param name="second">One value a query, in the same order.</param>
    /// <param name="seed">Chooses the resamples; the same seed gives the same figures.</param>
    /// <remarks>
    /// Percentile bootstrap over queries (Sakai, SIGIR 2006) and Fisher's randomisation test by flipping signs (Smucker, Allan and Carterette, CIKM 2007); the
    /// p value counts the observed case too, so it is never 0.
    /// </remarks>
    /// <exception cref="ArgumentException">The lists are empty or of unequal length.</exception>
    public static PairedDifference Of(IReadOnlyList<double> first, IReadOnlyList<double> second, long seed = 1)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.Count == 0 || first.Count != second.Count) throw new ArgumentException($"{first.Count} and {second.Count} values cannot be paired.", nameof(second));
        double[] differences = [.. first.Zip(second, (a, b) => a - b)];
        UnitSeed chance = new(seed, "evaluation/paired", 0);
        double observed = differences.Sum();
        double[] sums = new double[Resamples];
        int asLarge = 0;
        for (int r = 0; r < Resamples; r++)
        {
            double resampled = 0, flipped = 0;
            for (int i = 0; i < differences.Length; i++)
            {
                resampled += differences[chance.Next(differences.Length)];
                flipped += (chance.NextUInt64() & 1) == 0 ? differences[i] : -differences[i];
            }

            sums[r] = resampled;
            if (Math.Abs(flipped) >= Math.Abs(observed) - 1e-12) asLarge++;
        }

        Array.Sort(sums);
        int tail = Resamples / 40; // 2.5 %
        return new PairedDifference(observed / differences.Length, sums[tail] / differences.Length, sums[Resamples - 1 - tail] / differences.Length, (asLarge + 1.0) / (Resamples + 1.0));
    }
}
