using R2Synth.Pipeline.Dedup;

namespace R2Synth.Pipeline.Tests.Dedup;

public sealed class BandingTests
{
    [Fact]
    public void The_curve_is_that_of_FineWebs_preset()
    {
        // 14 bands x 8 rows; docs/methods.md, section 12: P(match) at .70/.75/.80/.85 = 56/77/92/98.8 %.
        Banding fineWeb = new(14, 8);
        Assert.Equal(0.56, fineWeb.Probability(0.70), 0.01);
        Assert.Equal(0.77, fineWeb.Probability(0.75), 0.01);
        Assert.Equal(0.92, fineWeb.Probability(0.80), 0.01);
        Assert.Equal(0.988, fineWeb.Probability(0.85), 0.001);
    }

    [Theory]
    [InlineData(0.1, 128, 1)]
    [InlineData(0.7, 25, 5)]
    [InlineData(0.8, 18, 7)]
    [InlineData(1.0, 1, 128)]
    public void Choose_takes_the_most_rows_that_see_the_threshold(double threshold, int bands, int rows)
    {
        Banding banding = Banding.Choose(threshold, 128);

        Assert.Equal(new Banding(bands, rows), banding);
        Assert.InRange(banding.Probability(threshold), 1 - Banding.MaxMissed, 1);
        Assert.True(rows == 128 || new Banding(128 / (rows + 1), rows + 1).Probability(threshold) < 1 - Banding.MaxMissed);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    public void Choose_ThresholdOutside_Throws(double threshold)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Banding.Choose(threshold, 128));
    }
}
