using R2Synth.Inference.LlamaCpp;
using R2Synth.Records;

namespace R2Synth.Inference.Tests.LlamaCpp;

public sealed class CandidatesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(1027)]
    public void Collect_TakesWhatIsAtLeastTheFloor_SortedByLogitThenId(int length)
    {
        UnitSeed chance = new(length, "candidates", 0);
        float[] logits = new float[length];
        for (int i = 0; i < length; i++)
            logits[i] = chance.Next(20) - 10; // many ties
        Candidates candidates = new();
        candidates.Collect(logits, 3);
        candidates.Sort();
        int[] expected = [.. Enumerable.Range(0, length).Where(i => logits[i] >= 3).OrderByDescending(i => logits[i]).ThenBy(i => i)];
        int[] found = new int[candidates.Tokens.Length];
        for (int i = 0; i < found.Length; i++)
            found[i] = candidates.Tokens[i].Id;
        Assert.Equal(expected, found);
    }

    [Fact]
    public void The_normalizer_is_the_logarithm_of_the_sum_of_exponentials()
    {
        UnitSeed chance = new(3, "softmax", 0);
        float[] logits = new float[49152];
        for (int i = 0; i < logits.Length; i++)
            logits[i] = (float)((chance.NextDouble() * 30) - 10);
        double expected = Math.Log(logits.Sum(logit => Math.Exp((double)logit)));
        Assert.Equal(expected, LogSoftmax.Normalizer(logits), 1e-10);
    }
}
