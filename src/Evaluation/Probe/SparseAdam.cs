using System.Numerics.Tensors;

namespace R2Synth.Evaluation.Probe;

/// <summary>Adam on the rows and weights that a batch touches.</summary>
/// <remarks>Kingma and Ba, arXiv 1412.6980, with its defaults for the moments; moments of untouched rows rest.</remarks>
internal sealed class SparseAdam(ProbeWeights weights, float rate)
{
    private const float Beta1 = 0.9f;
    private const float Beta2 = 0.999f;
    private const float Epsilon = 1e-8f;

    private readonly float[] _rowMean = new float[weights.Rows.Length];
    private readonly float[] _rowSquare = new float[weights.Rows.Length];
    private readonly float[] _weightMean = new float[weights.Weights.Length];
    private readonly float[] _weightSquare = new float[weights.Weights.Length];
    private int _step;

    /// <summary>One step down.</summary>
    /// <param name="texts">The batch's texts.</param>
    /// <param name="gradients">For each text the gradient of its vector, one after the other.</param>
    internal void Step(IReadOnlyList<TokenBag> texts, float[] gradients)
    {
        _step++;
        // By token, so that each row has one writer and one order of summing.
        List<(int Token, int Text, float Count)> uses = [];
        for (int text = 0; text < texts.Count; text++)
        {
            for (int i = 0; i < texts[text].Tokens.Length; i++) uses.Add((texts[text].Tokens[i], text, texts[text].Counts[i]));
        }

        (int Token, int Text, float Count)[] sorted = [.. uses];
        Array.Sort(sorted, (a, b) => a.Token != b.Token ? a.Token.CompareTo(b.Token) : a.Text.CompareTo(b.Text));
        List<(int Start, int End)> spans = [];
        for (int start = 0; start < sorted.Length;)
        {
            int end = start + 1;
            while (end < sorted.Length && sorted[end].Token == sorted[start].Token) end++;
            spans.Add((start, end));
            start = end;
        }

        float correction1 = 1 - MathF.Pow(Beta1, _step), correction2 = 1 - MathF.Pow(Beta2, _step);
        Parallel.For(0, spans.Count, () => new float[weights.Dimensions], (span, _, sum) =>
        {
            (int start, int end) = spans[span];
            Update(sorted.AsSpan(start, end - start), gradients, sum, correction1, correction2);
            return sum;
        }, _ => { });
    }

    private void Update(ReadOnlySpan<(int Token, int Text, float Count)> uses, float[] gradients, float[] sum, float correction1, float correction2)
    {
        int token = uses[0].Token, dimensions = weights.Dimensions;
        Array.Clear(sum);
        foreach ((_, int text, float count) in uses) TensorPrimitives.MultiplyAdd(gradients.AsSpan(text * dimensions, dimensions), count, sum, sum);
        TensorPrimitives.Multiply(sum, weights.Idf[token], sum);
        Span<float> row = weights.Row(token);
        // sum is d loss / d (weight x row): the chain rule gives both.
        float weightGradient = TensorPrimitives.Dot<float>(sum, row);
        float weight = weights.Weights[token];
        Span<float> mean = _rowMean.AsSpan(token * dimensions, dimensions), square = _rowSquare.AsSpan(token * dimensions, dimensions);
        for (int i = 0; i < dimensions; i++) row[i] -= Move(sum[i] * weight, ref mean[i], ref square[i], correction1, correction2);
        weights.Weights[token] -= Move(weightGradient, ref _weightMean[token], ref _weightSquare[token], correction1, correction2);
    }

    private float Move(float gradient, ref float mean, ref float square, float correction1, float correction2)
    {
        mean = (Beta1 * mean) + ((1 - Beta1) * gradient);
        square = (Beta2 * square) + ((1 - Beta2) * gradient * gradient);
        return rate * (mean / correction1) / (MathF.Sqrt(square / correction2) + Epsilon);
    }
}
