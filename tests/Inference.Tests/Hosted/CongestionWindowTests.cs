using R2Synth.Inference.Hosted;
using R2Synth.Records;

namespace R2Synth.Inference.Tests.Hosted;

public class CongestionWindowTests
{
    private static readonly TimeSpan Reply = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void It_begins_at_the_settings_top() => Assert.Equal(64, new CongestionWindow(64).Places);

    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(512)]
    public void Refusals_at_random_leave_it_near_the_top(int most)
    {
        CongestionWindow window = new(most);
        UnitSeed chance = new(1, "test/refusals", most);
        List<int> places = [];
        for (int round = 0; round < 2000; round++)
        {
            places.Add(Math.Min(most, window.Places));
            Round(window, chance, share: 0.05);
        }

        Assert.True(places.Average() >= 0.9 * most, $"{places.Average():F1} of {most}");
    }

    [Theory]
    [InlineData(64, 16)]
    [InlineData(64, 2)]
    [InlineData(256, 100)]
    public void It_settles_near_what_a_server_takes(int most, int limit)
    {
        CongestionWindow window = new(most);
        int places = 0;
        for (int round = 0; round < 300; round++)
        {
            places = window.Places;
            if (round >= 40) Assert.InRange(places, Math.Max(1, (int)(0.8 * limit)), (int)(1.2 * limit) + 1);
            for (int i = 1; i <= places; i++)
            {
                window.Sent(i);
                if (i <= limit) window.Served(Reply, 10);
                else window.Refused();
            }
        }
    }

    [Fact]
    public void It_comes_back_when_the_server_takes_more()
    {
        CongestionWindow window = new(64);
        UnitSeed chance = new(1, "test/refusals", 0);
        for (int round = 0; round < 100; round++) Round(window, chance, share: 1);
        Assert.Equal(1, window.Places);
        for (int round = 0; round < 100; round++) Round(window, chance, share: 0);
        Assert.True(window.Places >= 64);
    }

    [Fact]
    public void It_does_not_grow_while_its_places_stay_empty()
    {
        CongestionWindow window = new(64);
        UnitSeed chance = new(1, "test/refusals", 0);
        for (int round = 0; round < 100; round++) Round(window, chance, share: 1);
        for (int round = 0; round < 20; round++) Round(window, chance, share: 0);
        int before = window.Places;
        for (int i = 0; i < 1000; i++)
        {
            window.Sent(1);
            window.Served(Reply, 10);
        }

        Assert.Equal(before, window.Places);
    }

    [Fact]
    public void Replies_of_every_length_and_longer_ones_later_do_not_move_it()
    {
        CongestionWindow window = new(64);
        UnitSeed chance = new(1, "test/lengths", 0);
        for (int i = 0; i < 20_000; i++)
        {
            double tokens = 1 + (-Math.Log(1 - chance.NextDouble()) * (i < 10_000 ? 20 : 400));
            window.Sent(64);
            window.Served(TimeSpan.FromSeconds(0.02 * tokens), tokens);
            Assert.True(window.Places >= 60, $"{window.Places} after {i}");
        }
    }

    [Fact]
    public void A_server_that_becomes_slow_is_sent_less_and_never_nothing()
    {
        CongestionWindow window = new(64);
        for (int i = 0; i < 1_000; i++)
        {
            window.Sent(64);
            window.Served(Reply, 10);
        }

        int least = 64;
        for (int i = 0; i < 20_000; i++)
        {
            window.Sent(64);
            window.Served(10 * Reply, 10);
            least = Math.Min(least, window.Places);
        }

        Assert.InRange(least, 14, 32);
        Assert.True(window.Places >= 60, "a lasting change is the new floor");
    }

    private static void Round(CongestionWindow window, UnitSeed chance, double share)
    {
        int places = window.Places;
        for (int i = 1; i <= places; i++)
        {
            window.Sent(i);
            if (chance.NextDouble() < share) window.Refused();
            else window.Served(Reply, 10);
        }
    }
}
