using R2Synth.Records;

namespace R2Synth.Evaluation.Probe;

/// <summary>
/// Trains the probe with InfoNCE over in-batch and hard negatives, Adam on the rows and weights that a batch touches. The same bits for the same
/// examples and seed, whatever the number of threads.
/// </summary>
/// <remarks>van den Oord et al., arXiv 1807.03748; Kingma and Ba, arXiv 1412.6980 (moments of untouched rows rest, as in PyTorch's SparseAdam).</remarks>
internal sealed class ProbeTrainer(ProbeOptions options, ProbeWeights untrained, IReadOnlyList<EncodedExample> examples, long seed)
{
    private const int FewestHeld = 8;

    /// <summary>Held groups, over all parts, from which on the choice of steps no longer hangs on which ones they were.</summary>
    private const int EnoughHeld = 100;

    private const int MostParts = 3; // an odd number has a middle

    /// <summary>Trains on all examples, for as many steps as did best on held parts of them.</summary>
    /// <returns>The trained weights, and their steps; 0 where no step did better than none.</returns>
    internal (ProbeWeights Weights, int Steps) Train(CancellationToken cancellationToken)
    {
        int steps = BestSteps(cancellationToken);
        ProbeWeights weights = untrained.Copy();
        EncodedExample[] all = [.. examples];
        SparseAdam adam = new(weights, options.Rate);
        for (int step = 0; step < steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Step(Batch(all, step), weights, adam);
        }

        return (weights, steps);
    }

    // A few dozen held groups say little of when to stop: of three seeds one often stopped before the first step. So several parts are held in turn, and the middle one decides.
    // Queries of one positive are held together: a held query whose passage is learned from by another query would say "go on" for too long.
    private int BestSteps(CancellationToken cancellationToken)
    {
        EncodedExample[][] positives = [.. examples.GroupBy(example => example.Positive).Select(of => of.ToArray())]; // in order of first appearance
        int[] order = Order("probe/held", positives.Length);
        int held = Math.Min(positives.Length / 2, Math.Max(FewestHeld, (int)Math.Round(positives.Length * options.HeldShare)));
        if (held == 0) return 0; // a single positive leaves nothing to hold
        int parts = Math.Clamp((EnoughHeld + held - 1) / held, 1, Math.Min(MostParts, positives.Length / held));
        int[] best = [.. Enumerable.Range(0, parts).Select(part => BestSteps(
            [.. order.Where((_, i) => i / held != part).SelectMany(i => positives[i])], [.. order.Skip(part * held).Take(held).SelectMany(i => positives[i])], cancellationToken))];
        Array.Sort(best);
        return best[parts / 2];
    }

    private int BestSteps(EncodedExample[] learned, EncodedExample[] held, CancellationToken cancellationToken)
    {
        ProbeWeights weights = untrained.Copy();
        SparseAdam adam = new(weights, options.Rate);
        int bestStep = 0, looks = 0;
        double bestLoss = Loss(held, weights);
        for (int step = 1; step <= options.Steps && looks < options.Patience; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Step(Batch(learned, step - 1), weights, adam);
            if (step % options.LookEvery != 0 && step != options.Steps) continue;
            double loss = Loss(held, weights);
            looks++;
            if (loss < bestLoss) (bestLoss, bestStep, looks) = (loss, step, 0);
        }

        return bestStep;
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

    private void Step((EncodedExample Example, int Turn)[] batch, ProbeWeights weights, SparseAdam adam)
    {
        Contrast contrast = Contrast.Of(batch, options, weights);
        contrast.Backward();
        adam.Step(contrast.Texts, contrast.Gradients);
    }

    private double Loss(EncodedExample[] held, ProbeWeights weights) => Contrast.Of([.. held.Select(example => (example, 0))], options, weights).Loss;
}
