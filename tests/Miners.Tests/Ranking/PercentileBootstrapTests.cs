using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Miners.Tests.Ranking;

public class PercentileBootstrapTests
{
    [Fact]
    public void Interval_has_about_the_width_that_theory_gives()
    {
        // 400 coin flips: standard error 0.5 / sqrt(400) = 0.025, interval 0.5 -+ 1.96 x 0.025.
        double[] flips = [.. Enumerable.Range(0, 400).Select(i => (double)(i % 2))];
        (double low, double high) = PercentileBootstrap.Interval(flips, new UnitSeed(1, "test", 0));
        Assert.Equal(0.451, low, 0.008);
        Assert.Equal(0.549, high, 0.008);
        Assert.Equal((low, high), PercentileBootstrap.Interval(flips, new UnitSeed(1, "test", 0)));
    }

    [Fact]
    public void Interval_of_nothing_throws() => Assert.Throws<ArgumentException>(() => PercentileBootstrap.Interval([], new UnitSeed(1, "test", 0)));
}
