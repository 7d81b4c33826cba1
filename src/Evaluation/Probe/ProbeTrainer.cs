using R2Synth.Records;

namespace R2Synth.Evaluation.Probe;

/// <summary>
/// Trains the probe with InfoNCE over in-batch and hard negatives, Adam on the rows and weights that a batch touches. The same bits for the same
/// examples and seed, whatever the number of threads.
/// </summary>
/// <remarks>van den Oord et al., arXiv 1807.03748; Kingma and Ba, arXiv 1412.6980 (moments of untouched rows rest, as in PyTorch's SparseAdam).</remarks>
internal sealed class ProbeTrainer(ProbeOptions options, ProbeWeights weights, IReadOnlyList<EncodedExample> examples, long seed)
{
    private const int FewestHeld = 8;

    private readonly SparseAdam _adam = new(weights, options.Rate);

    /// <summary>Trains in place and ends with the weights that did best on the held groups.</summary>
    /// <returns>Steps after which those weights were reached; 0 where no step did better than none.</returns>
    internal int Train(CancellationToken cancellationToken)
    {
        (EncodedExample[] learned, EncodedExample[] held) = Split();
        if (learned.Length == 0) return 0;
        ProbeWeights best = weights.Copy();
        int bestStep = 0, looks = 0;
        double bestLoss = Loss(held);
        for (int step = 1; step <= options.Steps && looks < options.Patience; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Step(Batch(learned, step - 1));
            if (step % options.LookEvery != 0 && step != options.Steps) continue;
            double loss = Loss(held);
            looks++;
            if (!(loss < bestLoss)) continue;
            (bestLoss, bestStep, looks) = (loss, step, 0);
            best.CopyFrom(weights);
        }

        weights.CopyFrom(best);
        return bestStep;
    }

    private (EncodedExample[] Learned, EncodedExample[] Held) Split()
    {
        int[] order = Order("probe/held", examples.Count);
        int held = Math.Min(examples.Count / 2, Math.Max(FewestHeld, (int)Math.Round(examples.Count * options.HeldShare)));
        return ([.. order.Skip(held).Select(i => examples[i])], [.. order.Take(held).Select(i => examples[i])]);
    }

    private int[] Order(string purpose, int count, long ordinal = 0)
    {
        int[] order = [.. Enumerable.Range(0, count)];
        new UnitSeed(seed, purpose, ordinal).Shuffle(order.AsSpan());
        return order;
    }

    // Batches go through one shuffled order an epoch; the last of an epoch is filled up from the next.
    private (EncodedExample Example, int Turn)[] Batch(EncodedExample[] learned, int step)
    {
        int size = Math.Min(options.Batch, learned.Length);
        long first = (long)step * size;
        (EncodedExample, int)[] batch = new (EncodedExample, int)[size];
        int[]? order = null;
        long epoch = -1;
        for (int i = 0; i < size; i++)
        {
            long at = first + i;
            if (at / learned.Length != epoch)
            {
                epoch = at / learned.Length;
                order = Order("probe/epoch", learned.Length, epoch);
            }

            batch[i] = (learned[order![at % learned.Length]], (int)epoch); // set in the first round
        }

        return batch;
    }

    private void Step((EncodedExample Example, int Turn)[] batch)
    {
        Contrast contrast = Contrast.Of(batch, options, weights);
        contrast.Backward();
        _adam.Step(contrast.Texts, contrast.Gradients);
    }

    private double Loss(EncodedExample[] held) => held.Length == 0 ? 0 : Contrast.Of([.. held.Select(example => (example, 0))], options, weights).Loss;
}
