namespace R2Synth.Inference.LlamaCpp;

/// <summary>Positions of a prompt whose logits are wanted: a run of them and one more.</summary>
/// <param name="First">The first of all.</param>
/// <param name="End">The end of the run, exclusive; at most <paramref name="First"/> for none.</param>
/// <param name="Also">A later single position; negative for none.</param>
internal readonly record struct WantedLogits(int First, int End, int Also)
{
    internal bool Has(int position) => (position >= First && position < End) || position == Also;
}
