using R2Synth.Pipeline.Money;

namespace R2Synth.Pipeline.Tests.Money;

public sealed class EstimateTests
{
    [Fact]
    public void Of_ASample_ScalesMeanAndError()
    {
        Estimate estimate = Estimate.Of([1, 2, 3, 4], 100);

        Assert.Equal(250, estimate.Total);
        // s^2 = 5/3; 1.96 x sqrt(5/3 / 4 x 0.96) x 100
        Assert.Equal(123.96, estimate.Margin, 0.01);
    }

    [Fact]
    public void Of_AllCases_HasNoMargin() => Assert.Equal(new Estimate(6, 0), Estimate.Of([1, 2, 3], 3));

    [Fact]
    public void Add_IndependentSamples_AddsSquares() => Assert.Equal(new Estimate(30, 5), new Estimate(10, 3) + new Estimate(20, 4));

    [Theory]
    [InlineData("0", "$0.00")]
    [InlineData("0.1", "$0.10")]
    [InlineData("0.01234", "$0.0123")]
    [InlineData("0.000042", "$0.000042")]
    [InlineData("2.5", "$2.50")]
    [InlineData("1234.567", "$1,234.57")]
    public void Text_SmallSums_HaveMoreDigits(string dollars, string expected) =>
        Assert.Equal(expected, Dollars.Text(decimal.Parse(dollars, System.Globalization.CultureInfo.InvariantCulture)));
}
