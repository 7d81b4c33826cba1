using R2Synth.Inference.Hosted;

namespace R2Synth.Inference.Tests.Hosted;

public class MinuteLimitTests
{
    [Theory]
    [InlineData(3, 1)]
    [InlineData(600, 1)]
    [InlineData(60_000, 37)]
    public void No_minute_lets_out_more_and_hardly_any_less(int most, int amount)
    {
        MinuteLimit limit = new(most);
        List<TimeSpan> taken = [];
        TimeSpan now = TimeSpan.FromSeconds(100);
        while (now < TimeSpan.FromSeconds(700))
        {
            if (limit.Fits(amount, now))
            {
                limit.Take(amount, now);
                taken.Add(now);
            }
            else
            {
                TimeSpan next = limit.FitsAt(amount, now);
                Assert.True(next >= now);
                now = next + TimeSpan.FromTicks(1);
            }
        }

        for (int first = 0, last = 0; last < taken.Count; last++)
        {
            while (taken[last] - taken[first] >= TimeSpan.FromSeconds(60)) first++;
            Assert.True((last - first + 1) * amount <= most + amount - 1, $"{(last - first + 1) * amount} up to {taken[last]}");
        }

        Assert.True(taken.Count * amount >= 9.5 * most, $"{taken.Count * amount} in ten minutes");
    }

    [Fact]
    public void What_was_not_used_can_be_taken_again_at_once()
    {
        MinuteLimit limit = new(61);
        limit.Take(11, TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromSeconds(11), limit.FitsAt(1, TimeSpan.Zero));
        limit.Take(-6, TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromSeconds(5), limit.FitsAt(1, TimeSpan.Zero));
    }

    [Fact]
    public void More_than_a_minutes_worth_goes_and_is_waited_for_afterwards()
    {
        MinuteLimit limit = new(61);
        Assert.True(limit.Fits(1000, TimeSpan.Zero));
        limit.Take(1000, TimeSpan.Zero);
        Assert.Equal(TimeSpan.FromSeconds(1000), limit.FitsAt(1000, TimeSpan.Zero));
    }

    [Fact]
    public void Without_a_limit_everything_fits()
    {
        MinuteLimit limit = new(null);
        limit.Take(long.MaxValue, TimeSpan.Zero);
        Assert.True(limit.Fits(long.MaxValue, TimeSpan.Zero));
    }
}
