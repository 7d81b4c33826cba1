using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>The percentile bootstrap interval of a mean over queries.</summary>
/// <remarks>Efron 1979; Sakai, SIGIR 2006, for retrieval metrics. The resampled unit is the query.</remarks>
public static class PercentileBootstrap
{
    /// <summary>Resamples drawn.</summary>
    public const int Resamples = 1000;

    /// <summary>The 95 % interval of the mean.</summary>
    /// <param name="values">One a query; at least one.</param>
    /// <param name="chance">A fresh stream; the same stream and values give the same interval.</param>
    /// <returns>The 26th lowest and the 26th highest of <see cref="Resamples"/> means: 2.5 % lie outside on either side.</returns>
    /// <exception cref="ArgumentException"><paramref name="values"/> is empty.</exception>
    public static (double Low, double High) Interval(ReadOnlySpan<double> values, UnitSeed chance)
    {
        ArgumentNullException.ThrowIfNull(chance);
        if (values.IsEmpty)
        {
            throw new ArgumentException("A bootstrap needs at least one value.", nameof(values));
        }

        double[] means = new double[Resamples];
        for (int i = 0; i < means.Length; i++)
        {
            double sum = 0;
            for (int j = 0; j < values.Length; j++)
            {
                sum += values[chance.Next(values.Length)];
            }

            means[i] = sum / values.Length;
        }

        Array.Sort(means);
        return (means[Resamples / 40], means[Resamples - 1 - (Resamples / 40)]); // 1,000 / 40 = 25 = 2.5 %
    }
}
