using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Pipeline.Tests.Reporting;

public sealed class GroupStatisticsTests
{
    [Fact]
    public void Relabelled_groups_are_those_whose_positive_is_not_their_seed()
    {
        GroupStatistics statistics = new();
        statistics.Add(Fixture.Group("gecko", 0, "a", "b"));
        statistics.Add(Fixture.Group("gecko", 1, "a", "b", origin: Origin.Relabelled));
        statistics.Add(Fixture.Group("e5", 0, "a", "b", seed: null, origin: Origin.Generated));

        Assert.Equal((2, 1), (statistics.GroupsOf("gecko"), statistics.RelabelledOf("gecko")));
        Assert.Equal((1, 0), (statistics.GroupsOf("e5"), statistics.RelabelledOf("e5")));
        Assert.Equal((0, 3), (statistics.GroupsOf("none"), statistics.Groups));
    }

    [Fact]
    public void Samples_are_spread_over_the_recipes_and_their_ids()
    {
        GroupStatistics statistics = new();
        for (int i = 0; i < 3; i++)
        {
            statistics.Add(Fixture.Group("e5", i, "a", "b"));
        }

        for (int i = 0; i < 5000; i++)
        {
            statistics.Add(Fixture.Group("gecko", i, "a", "b"));
        }

        IReadOnlyList<Group> samples = statistics.Samples();

        Assert.Equal(20, samples.Count);
        Assert.Equal(3, samples.Count(group => group.Recipe == "e5"));
        int[] ordinals = [.. samples.Where(group => group.Recipe == "gecko").Select(group => int.Parse(group.Id[6..], null))];
        Assert.Equal(ordinals.Order(), ordinals);
        Assert.Equal(0, ordinals[0]);
        Assert.InRange(ordinals[^1], 4000, 4999);
        Assert.All(ordinals.Zip(ordinals.Skip(1)), pair => Assert.InRange(pair.Second - pair.First, 100, 600));
    }

    [Fact]
    public void Distributions_add_up()
    {
        IReadOnlyList<Distribution> distributions = Fixture.Run().Distributions;

        Assert.All(distributions.Where(d => d.Name != "Origin of the negatives"), d => Assert.Equal(3, d.Bins.Sum(bin => bin.Count)));
        Assert.Equal(6, distributions.Single(d => d.Name == "Origin of the negatives").Bins.Sum(bin => bin.Count));
    }

    [Fact]
    public void A_histogram_has_mean_median_and_bins_without_empty_ends()
    {
        Histogram histogram = new();
        foreach (int value in new[] { 3, 4, 9, 200 })
        {
            histogram.Add(value);
        }

        Distribution distribution = histogram.ToDistribution("length", "words", 3, 5);

        Assert.Equal([new("3-5", 2), new("6-8", 0), new("9-11", 1), new("12+", 1)], distribution.Bins);
        Assert.Equal((54.0, 4.0), (distribution.Mean, distribution.Median));
    }
}
