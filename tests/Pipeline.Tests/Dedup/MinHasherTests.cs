using CsCheck;
using R2Synth.Pipeline.Dedup;
using R2Synth.Records;

namespace R2Synth.Pipeline.Tests.Dedup;

public sealed class MinHasherTests
{
    [Fact]
    public void The_estimate_is_the_similarity_within_its_error()
    {
        MinHasher hasher = new();
        double squares = 0;
        double bias = 0;
        const int Pairs = 400;
        for (int pair = 0; pair < Pairs; pair++)
        {
            UnitSeed seed = new(1, "estimate", pair);
            string one = Texts.Random(seed, 12);
            string other = Texts.Mutate(one, seed, 1 + (pair % 12));
            uint[] grams = hasher.Grams(one).ToArray();
            uint[] signature = hasher.Sign(grams).ToArray();
            uint[] otherGrams = hasher.Grams(other).ToArray();
            ReadOnlySpan<uint> otherSignature = hasher.Sign(otherGrams);
            int equal = 0;
            for (int i = 0; i < signature.Length; i++)
            {
                equal += signature[i] == otherSignature[i] ? 1 : 0;
            }

            double s = MinHasher.Jaccard(grams, otherGrams);
            double error = ((double)equal / signature.Length) - s;
            bias += error / Pairs;
            squares += error * error / Math.Max(1e-3, s * (1 - s) / signature.Length) / Pairs;
        }

        Assert.InRange(bias, -0.01, 0.01);
        Assert.InRange(squares, 0.7, 1.3); // 1 for ideal hash functions
    }

    [Fact]
    public void Signatures_are_constants()
    {
        // Fixed on purpose: partitions of one run may be made by different builds.
        MinHasher hasher = new(4);
        Assert.Equal([941916u, 210179364u, 384026501u, 152258101u], hasher.Sign(hasher.Grams("what is a hard negative")).ToArray());
    }

    [Fact]
    public void Signing_allocates_nothing()
    {
        MinHasher hasher = new();
        string text = Texts.Random(new UnitSeed(1, "text", 0), 20);
        hasher.Sign(hasher.Grams(text));

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++)
        {
            hasher.Sign(hasher.Grams(text));
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Fact]
    public void Jaccard_is_that_of_the_sets()
    {
        Gen.Select(Gen.UInt[0, 30].HashSet[0, 20], Gen.UInt[0, 30].HashSet[0, 20]).Sample((one, other) =>
        {
            int union = one.Union(other).Count();
            double expected = union == 0 ? 0 : (double)one.Intersect(other).Count() / union;
            return MinHasher.Jaccard([.. one.Order()], [.. other.Order()]) == expected;
        });
    }

    [Fact]
    public void Grams_are_distinct_and_rising()
    {
        MinHasher hasher = new();
        Gen.String[0, 200].Sample(
            text =>
            {
                uint[] grams = hasher.Grams(text).ToArray();
                return grams.SequenceEqual(grams.Distinct().Order()) && grams.Length <= Math.Max(0, text.Length - 4);
            },
            threads: 1); // the hasher reuses its buffers
    }
}
