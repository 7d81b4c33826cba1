namespace R2Synth.Evaluation.Probe;

/// <summary>A text as the probe sees it: its distinct tokens by rising id, and how often each occurs.</summary>
internal sealed class TokenBag
{
    private TokenBag(int[] tokens, float[] counts) => (Tokens, Counts) = (tokens, counts);

    internal int[] Tokens { get; }

    internal float[] Counts { get; }

    /// <summary>Counts the first tokens of a text.</summary>
    internal static TokenBag Of(ReadOnlySpan<int> tokens, int most)
    {
        int[] sorted = tokens[..Math.Min(tokens.Length, most)].ToArray();
        Array.Sort(sorted);
        List<int> distinct = [];
        List<float> counts = [];
        foreach (int token in sorted)
        {
            if (distinct.Count > 0 && distinct[^1] == token)
            {
                counts[^1]++;
                continue;
            }

            distinct.Add(token);
            counts.Add(1);
        }

        return new TokenBag([.. distinct], [.. counts]);
    }
}
