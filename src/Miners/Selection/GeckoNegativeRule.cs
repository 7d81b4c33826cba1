namespace R2Synth.Miners.Selection;

/// <summary>Takes the lowest of the N judged candidates, p_N, then upwards: near enough to be retrieved, judged least relevant.</summary>
/// <remarks>Gecko (2403.20327, section 3.2), which takes one; there is no margin. <see cref="NegativeRequest.PercPos"/> is ignored.</remarks>
public sealed class GeckoNegativeRule : INegativeRule
{
    /// <inheritdoc/>
    public string Name => "gecko";

    /// <inheritdoc/>
    public NegativeSelection Pick(NegativeRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return NegativePicker.Pick(request, request.Ranked.OrderByDescending(c => c.Rank), _ => false);
    }
}
