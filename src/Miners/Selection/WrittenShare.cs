using R2Synth.Records;

namespace R2Synth.Miners.Selection;

/// <summary>Keeps written negatives from outnumbering mined ones in a group that has both.</summary>
/// <remarks>CausalNeg (2606.01304) trains on 15 mined and 3 written: a share of 3 in 18.</remarks>
public static class WrittenShare
{
    /// <summary>CausalNeg's share.</summary>
    public const double CausalNeg = 3.0 / 18;

    /// <summary>Takes written negatives out until their share is met.</summary>
    /// <param name="negatives">A group's negatives, hardest first.</param>
    /// <param name="share">Most of them that may be written, in [0, 1].</param>
    /// <returns>The negatives in their order without the last written ones above the share; all of them where none is mined, since then there is nothing to balance.</returns>
    public static IReadOnlyList<JudgedPassage> Cap(IReadOnlyList<JudgedPassage> negatives, double share)
    {
        ArgumentNullException.ThrowIfNull(negatives);
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        int written = negatives.Count(n => n.Origin == Origin.Generated), mined = negatives.Count - written;
        if (mined == 0 || share == 1) return negatives;
        int most = (int)Math.Floor((share * mined / (1 - share)) + 1e-9); // w / (w + m) <= share
        int seen = 0;
        return [.. negatives.Where(n => n.Origin != Origin.Generated || ++seen <= most)];
    }
}
