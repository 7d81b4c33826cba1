namespace R2Synth.Evaluation.Tests;

public class PairedDifferenceTests
{
    [Fact]
    public void Equal_systems_differ_by_nothing_and_p_is_one()
    {
        double[] values = [0.1, 0.5, 0.9];
        Assert.Equal(new PairedDifference(0, 0, 0, 1), PairedDifference.Of(values, values));
    }

    [Fact]
    public void A_system_that_wins_every_time_is_beyond_chance()
    {
        double[] second = [.. Enumerable.Range(0, 20).Select(i => i / 40.0)];
        PairedDifference difference = PairedDifference.Of([.. second.Select(value => value + 0.25)], second);
        Assert.Equal(0.25, difference.Mean, 12);
        Assert.Equal(0.25, difference.Low, 12);
        // 2 of 2^20 ways to flip the signs give as much.
        Assert.InRange(difference.PValue, 0, 0.001);
    }

    [Fact]
    public void The_p_value_of_a_small_case_is_what_counting_gives()
    {
        // Differences 3, 1, 1, 1 (tenths): of the 16 ways to flip them, 2 give 6 and none more; as large as the 4 of (3, 1, 1, -1) are 8.
        PairedDifference difference = PairedDifference.Of([0.3, 0.1, 0.1, 0.0], [0.0, 0.0, 0.0, 0.1]);
        Assert.Equal(0.1, difference.Mean, 12);
        Assert.InRange(difference.PValue, 0.48, 0.52);
    }

    [Fact]
    public void The_same_seed_gives_the_same_figures()
    {
        double[] first = [0.2, 0.4, 0.1, 0.7, 0.6], second = [0.1, 0.5, 0.1, 0.5, 0.3];
        Assert.Equal(PairedDifference.Of(first, second, 7), PairedDifference.Of(first, second, 7));
        Assert.Throws<ArgumentException>(() => PairedDifference.Of(first, second[..4]));
    }
}
