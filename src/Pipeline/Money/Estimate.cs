namespace R2Synth.Pipeline.Money;

/// <summary>A total that was estimated from a sample.</summary>
/// <param name="Total">The mean of the sample times the number of cases.</param>
/// <param name="Margin">Half the width of its 95 % interval; 0 where nothing was sampled, or all.</param>
public readonly record struct Estimate(double Total, double Margin)
{
    private const double Z = 1.96; // of the normal distribution at 97.5 %

    /// <summary>Two stages together; their samples are independent.</summary>
    public static Estimate operator +(Estimate a, Estimate b) => new(a.Total + b.Total, Math.Sqrt((a.Margin * a.Margin) + (b.Margin * b.Margin)));

    /// <summary>As many times as much.</summary>
    public static Estimate operator *(Estimate a, double times) => new(a.Total * times, a.Margin * Math.Abs(times));

    /// <summary>Something that is known or assumed, without a margin.</summary>
    public static Estimate Exactly(double total) => new(total, 0);

    /// <summary>Of a sample drawn without replacement.</summary>
    /// <param name="sample">What the sampled cases take, at least one of them.</param>
    /// <param name="cases">How many cases there are, those of the sample among them.</param>
    public static Estimate Of(IReadOnlyCollection<double> sample, long cases)
    {
        double mean = sample.Average();
        int n = sample.Count;
        if (n < 2 || n >= cases) return new Estimate(mean * cases, 0);
        double variance = sample.Sum(x => (x - mean) * (x - mean)) / (n - 1);
        double error = Math.Sqrt(variance / n * (1 - ((double)n / cases))); // with the correction for a finite population
        return new Estimate(mean * cases, Z * error * cases);
    }
}
