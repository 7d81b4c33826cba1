using CsCheck;
using R2Synth.Pipeline.Dedup;
using R2Synth.Records;

namespace R2Synth.Pipeline.Tests.Dedup;

public sealed class NearDuplicateIndexTests
{
    private const double Threshold = 0.7;

    [Fact]
    public void The_same_text_in_other_case_spacing_and_punctuation_is_a_duplicate_of_the_first()
    {
        NearDuplicateIndex index = new(Threshold);
        Assert.True(index.TryAdd("a", "What is BM25?", out _, out _));

        Assert.False(index.TryAdd("b", "  what is  bm25 ", out string? duplicateOf, out double similarity));

        Assert.Equal("a", duplicateOf);
        Assert.Equal(1, similarity);
        Assert.Equal(1, index.Count);
    }

    [Fact]
    public void The_first_one_stays()
    {
        const string One = "how does a hard negative help a dense retriever";
        const string Other = "how does a hard negative help a dense retrieval";
        NearDuplicateIndex forward = new(Threshold);
        NearDuplicateIndex backward = new(Threshold);
        Assert.True(forward.TryAdd("a", One, out _, out _));
        Assert.True(backward.TryAdd("b", Other, out _, out _));

        Assert.False(forward.TryAdd("b", Other, out string? forwardOf, out double forwardSimilarity));
        Assert.False(backward.TryAdd("a", One, out string? backwardOf, out double backwardSimilarity));

        Assert.Equal(("a", "b"), (forwardOf, backwardOf));
        Assert.Equal(forwardSimilarity, backwardSimilarity);
        Assert.InRange(forwardSimilarity, Threshold, 0.99);
    }

    [Fact]
    public void Short_texts_are_compared_exactly_only()
    {
        NearDuplicateIndex index = new(0.1);
        Assert.True(index.TryAdd("a", "cat", out _, out _));
        Assert.True(index.TryAdd("b", "cats", out _, out _));
        Assert.False(index.TryAdd("c", "CAT!", out string? duplicateOf, out _));
        Assert.Equal("a", duplicateOf);
    }

    [Fact]
    public void Planted_near_duplicates_are_found_and_nothing_else_is()
    {
        NearDuplicateIndex index = new(Threshold);
        MinHasher hasher = new();
        const int Originals = 2000;
        string[] originals = [.. Enumerable.Range(0, Originals).Select(i => Texts.Random(new UnitSeed(1, "original", i), 10))];
        for (int i = 0; i < Originals; i++)
        {
            Assert.True(index.TryAdd($"{i}", originals[i], out _, out _), originals[i]);
        }

        int planted = 0;
        int found = 0;
        for (int i = 0; i < Originals; i++)
        {
            UnitSeed seed = new(2, "mutation", i);
            string mutation = Texts.Mutate(originals[i], seed, 1 + seed.Next(5));
            uint[] grams = hasher.Grams(originals[i]).ToArray();
            double similarity = MinHasher.Jaccard(grams, hasher.Grams(mutation));
            bool added = index.TryAdd($"mutation {i}", mutation, out string? duplicateOf, out double reported);
            if (similarity >= Threshold)
            {
                planted++;
                found += added ? 0 : 1;
            }

            if (!added)
            {
                Assert.Equal($"{i}", duplicateOf);
                Assert.Equal(similarity, reported);
                Assert.InRange(reported, Threshold, 1);
            }
        }

        Assert.InRange(planted, 300, Originals);
        Assert.InRange((double)found / planted, 0.985, 1);
    }

    [Fact]
    public void It_decides_as_a_comparison_with_every_kept_text_does_but_for_rare_misses()
    {
        // Few letters, so that grams repeat and similarities of all sizes occur.
        int misses = 0;
        int duplicates = 0;
        Gen.String[Gen.Char['a', 'c'], 1, 14].Array[1, 40].Sample(
            texts =>
            {
                NearDuplicateIndex index = new(0.5);
                MinHasher hasher = new();
                List<(string Text, uint[] Grams)> kept = [];
                foreach (string text in texts)
                {
                    uint[] grams = hasher.Grams(text).ToArray();
                    bool repeats = kept.Exists(other => other.Text == text || MinHasher.Jaccard(grams, other.Grams) >= 0.5);
                    bool added = index.TryAdd(text, text, out _, out _);
                    if (!added && !repeats)
                    {
                        return false;
                    }

                    duplicates += repeats ? 1 : 0;
                    misses += added && repeats ? 1 : 0;
                    if (added)
                    {
                        kept.Add((text, grams));
                    }
                }

                return index.Count == kept.Count;
            },
            seed: "0000KxqBVxB0",
            iter: 300,
            threads: 1);

        Assert.True(duplicates > 100);
        Assert.InRange((double)misses / duplicates, 0, 0.02);
    }

    [Fact]
    public void At_a_threshold_of_one_only_the_same_grams_are_duplicates()
    {
        NearDuplicateIndex index = new(1);
        Assert.True(index.TryAdd("a", "how does it work", out _, out _));
        Assert.True(index.TryAdd("b", "how does it work now", out _, out double similarity));
        Assert.InRange(similarity, 0, 0.99);
    }
}
