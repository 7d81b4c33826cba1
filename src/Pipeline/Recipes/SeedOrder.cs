using R2Synth.Generators.Gecko;
using R2Synth.Records;

namespace R2Synth.Pipeline.Recipes;

/// <summary>Which passages of a corpus are seeds: the same for every recipe of a run, so that together they say several things of each.</summary>
internal static class SeedOrder
{
    /// <summary>Every passage once, in the order in which a run takes them.</summary>
    public static int[] Of(long seed, int passages)
    {
        int[] order = [.. Enumerable.Range(0, passages)];
        new UnitSeed(seed, "gecko/seeds", 0).Shuffle(order.AsSpan());
        return order;
    }

    /// <summary>How many are taken.</summary>
    public static int Count(RunRequest request, GeckoOptions options, int passages) => Math.Min(request.Count ?? options.Count, passages);
}
