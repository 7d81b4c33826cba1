using System.Numerics.Tensors;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>Log-probabilities of chosen tokens over the whole vocabulary, in double precision.</summary>
internal static class LogSoftmax
{
    private const int Chunk = 1024;

    /// <summary>The logarithm that a token's logit is lowered by: ln of the sum of exp(logit).</summary>
    internal static double Normalizer(ReadOnlySpan<float> logits)
    {
        double max = TensorPrimitives.Max(logits);
        Span<double> part = stackalloc double[Chunk];
        double sum = 0;
        for (int i = 0; i < logits.Length; i += Chunk)
        {
            ReadOnlySpan<float> chunk = logits[i..Math.Min(i + Chunk, logits.Length)];
            Span<double> values = part[..chunk.Length];
            TensorPrimitives.ConvertTruncating(chunk, values);
            TensorPrimitives.Subtract(values, max, values);
            TensorPrimitives.Exp(values, values);
            sum += TensorPrimitives.Sum<double>(values);
        }

        return max + Math.Log(sum);
    }
}
