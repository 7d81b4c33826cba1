namespace R2Synth.Miners.Selection;

/// <summary>Takes the hardest candidates, by fused rank, whose similarity to the query stays below a share of the positive's.</summary>
/// <remarks>
/// TopK-PercPos of NV-Retriever (2407.15831, section 3), which refuses s_neg &gt; 0.95 s_pos. Two differences: the margin is |s_pos| (1 - share), the same
/// for positive similarities and still below s_pos for negative ones, where their product would lie above it; and the judges' order replaces the
/// retriever's. The paper then samples 4 of the first 10; we take the first. Mined negatives only: a written one lies above the margin by design.
/// </remarks>
public sealed class TopKPercPosRule : INegativeRule
{
    /// <inheritdoc/>
    public string Name => "topk-percpos";

    /// <summary>Highest similarity that a negative may have.</summary>
    /// <param name="positiveSimilarity">Cosine of query and positive.</param>
    /// <param name="percPos">The share, in [0, 1].</param>
    public static double Margin(double positiveSimilarity, double percPos) =>
        positiveSimilarity - (Math.Abs(positiveSimilarity) * (1 - percPos));

    /// <inheritdoc/>
    public NegativeSelection Pick(NegativeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        double margin = Margin(request.PositiveSimilarity, request.PercPos);
        return NegativePicker.Pick(request, request.Ranked.OrderBy(c => c.Rank), c => c.Candidate.Dense > margin);
    }
}
