using System.Numerics.Tensors;
using R2Synth.Inference.TokenTables;

namespace R2Synth.Evaluation.Probe;

/// <summary>The probe's parameters: a row and a weight for each token. A text's vector is the sum of its tokens' rows, each times idf, weight and count, brought to unit length.</summary>
internal sealed class ProbeWeights
{
    private ProbeWeights(float[] rows, float[] weights, float[] idf, int dimensions) => (Rows, Weights, Idf, Dimensions) = (rows, weights, idf, dimensions);

    internal int Dimensions { get; }

    /// <summary>Tokens x dimensions.</summary>
    internal float[] Rows { get; }

    /// <summary>One a token, 1 before training.</summary>
    internal float[] Weights { get; }

    /// <summary>ln(1 + N / (1 + df)) over the corpus at hand; never trained.</summary>
    internal float[] Idf { get; }

    /// <summary>The untrained probe over a corpus.</summary>
    internal static ProbeWeights Untrained(TokenTable table, IReadOnlyList<TokenBag> corpus)
    {
        int[] df = new int[table.Rows];
        foreach (TokenBag bag in corpus)
        {
            foreach (int token in bag.Tokens) df[token]++;
        }

        float[] idf = [.. df.Select(n => (float)Math.Log(1 + (corpus.Count / (1.0 + n))))];
        float[] weights = new float[table.Rows];
        Array.Fill(weights, 1);
        return new ProbeWeights(table.Values.ToArray(), weights, idf, table.Dimensions);
    }

    internal ProbeWeights Copy() => new([.. Rows], [.. Weights], Idf, Dimensions);

    internal Span<float> Row(int token) => Rows.AsSpan(token * Dimensions, Dimensions);

    /// <summary>Writes a text's unit vector; all 0 for a text without tokens.</summary>
    /// <returns>The length before it was brought to 1.</returns>
    internal float Encode(TokenBag text, Span<float> vector)
    {
        vector.Clear();
        for (int i = 0; i < text.Tokens.Length; i++)
        {
            int token = text.Tokens[i];
            TensorPrimitives.MultiplyAdd(Row(token), Idf[token] * Weights[token] * text.Counts[i], vector, vector);
        }

        float norm = TensorPrimitives.Norm(vector);
        if (norm > 0) TensorPrimitives.Divide(vector, norm, vector);
        return norm;
    }

    /// <summary>Unit vectors of many texts, one after the other; the same for any number of threads.</summary>
    internal float[] EncodeAll(IReadOnlyList<TokenBag> texts, CancellationToken cancellationToken)
    {
        float[] vectors = new float[texts.Count * Dimensions];
        Parallel.For(0, texts.Count, new ParallelOptions { CancellationToken = cancellationToken }, i => Encode(texts[i], vectors.AsSpan(i * Dimensions, Dimensions)));
        return vectors;
    }
}
