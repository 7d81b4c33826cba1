using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Miners.Selection;

/// <summary>Whether a classifier that never sees the query can tell written negatives from other passages: then a trained model can too, and learns style.</summary>
/// <remarks>
/// The audit that CausalNeg's source shortcut asks for (2606.01304). Logistic regression over <see cref="StyleFeatures"/>, AdaGrad (Duchi et al. 2011), five-fold: every text
/// is scored by a model that did not see it. Small enough to stand here: ML.NET's brings native libraries and sums that depend on the processor.
/// </remarks>
public static class StyleAudit
{
    /// <summary>Fewest texts of each kind for a measurement.</summary>
    public const int FewestTexts = 20;

    /// <summary>Most texts of each kind that are read; more are drawn by chance.</summary>
    public const int MostTexts = 2000;

    private const int Folds = 5;
    private const int Epochs = 12;
    private const double Rate = 0.5;
    private const double Shrink = 1e-5;

    /// <summary>Measures written texts against others.</summary>
    /// <param name="written">Texts that a model wrote.</param>
    /// <param name="others">Texts to hold them against: mined negatives, or passages of the corpus.</param>
    /// <param name="seed">The run's seed, for folds and bootstrap.</param>
    /// <returns>Null where there are fewer than <see cref="FewestTexts"/> of a kind.</returns>
    public static StyleSeparation? Measure(IReadOnlyList<string> written, IReadOnlyList<string> others, long seed)
    {
        ArgumentNullException.ThrowIfNull(written);
        ArgumentNullException.ThrowIfNull(others);
        if (written.Count < FewestTexts || others.Count < FewestTexts) return null;
        int[] chosenWritten = Choose(written.Count, seed, "written"), chosenOthers = Choose(others.Count, seed, "others");
        (int Index, double Value)[][] features = [.. chosenWritten.Select(i => StyleFeatures.Of(written[i])), .. chosenOthers.Select(i => StyleFeatures.Of(others[i]))];
        int[] folds = new int[features.Length];
        int[] order = [.. Enumerable.Range(0, features.Length)];
        new UnitSeed(seed, "style/folds", 0).Shuffle(order.AsSpan());
        for (int i = 0; i < order.Length; i++) folds[order[i]] = i % Folds;
        double[] scores = new double[features.Length];
        for (int fold = 0; fold < Folds; fold++)
        {
            double[] weights = Train(features, [.. order.Where(i => folds[i] != fold)], chosenWritten.Length);
            foreach (int i in order.Where(i => folds[i] == fold)) scores[i] = Probability(weights, features[i]);
        }

        double[] sorted = [.. scores.Skip(chosenWritten.Length).Order()];
        double[] shares = [.. scores.Take(chosenWritten.Length).Select(score => ShareBelow(sorted, score))];
        (double low, double high) = PercentileBootstrap.Interval(shares, new UnitSeed(seed, "style/bootstrap", 0));
        double[] probabilities = new double[written.Count];
        Array.Fill(probabilities, double.NaN);
        for (int i = 0; i < chosenWritten.Length; i++) probabilities[chosenWritten[i]] = scores[i];
        return new StyleSeparation { Auc = shares.Average(), Low = low, High = high, Written = chosenWritten.Length, Others = chosenOthers.Length, Probabilities = probabilities };
    }

    private static int[] Choose(int count, long seed, string kind)
    {
        int[] all = [.. Enumerable.Range(0, count)];
        if (count <= MostTexts) return all;
        new UnitSeed(seed, $"style/{kind}", 0).Shuffle(all.AsSpan());
        return [.. all.Take(MostTexts).Order()];
    }

    // Both kinds weigh the same, however many there are.
    private static double[] Train((int Index, double Value)[][] features, int[] examples, int written)
    {
        double[] weights = new double[StyleFeatures.Count], squares = new double[StyleFeatures.Count];
        double positives = examples.Count(i => i < written), positiveWeight = examples.Length / (2 * positives), negativeWeight = examples.Length / (2 * (examples.Length - positives));
        for (int epoch = 0; epoch < Epochs; epoch++)
        {
            foreach (int i in examples)
            {
                double gradient = (Probability(weights, features[i]) - (i < written ? 1 : 0)) * (i < written ? positiveWeight : negativeWeight);
                foreach ((int index, double value) in features[i])
                {
                    double step = (gradient * value) + (Shrink * weights[index]);
                    squares[index] += step * step;
                    if (squares[index] > 0) weights[index] -= Rate * step / Math.Sqrt(squares[index]);
                }
            }
        }

        return weights;
    }

    private static double Probability(double[] weights, (int Index, double Value)[] features)
    {
        double sum = 0;
        foreach ((int index, double value) in features) sum += weights[index] * value;
        return 1 / (1 + Math.Exp(-sum));
    }

    private static double ShareBelow(double[] sorted, double score)
    {
        int first = FirstAtLeast(sorted, score), last = first;
        while (last < sorted.Length && sorted[last] == score) last++;
        return (first + ((last - first) / 2.0)) / sorted.Length;
    }

    private static int FirstAtLeast(double[] sorted, double score)
    {
        int low = 0, high = sorted.Length;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (sorted[middle] < score) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}
