namespace R2Synth.Miners.Retrieval.Vectors;

/// <summary>Vectors of one length, one after the other, wherever they lie. Thread-safe to read.</summary>
internal abstract class VectorRows(int count, int dimensions)
{
    /// <summary>Vectors.</summary>
    internal int Count { get; } = count;

    /// <summary>Values a vector.</summary>
    internal int Dimensions { get; } = dimensions;

    /// <summary>Vectors that lie beside each other.</summary>
    /// <param name="start">The first one.</param>
    /// <param name="count">How many; <paramref name="count"/> x <see cref="Dimensions"/> must fit an int.</param>
    internal abstract ReadOnlySpan<float> Slice(int start, int count);

    /// <summary>One vector.</summary>
    internal ReadOnlySpan<float> Row(int index) => Slice(index, 1);
}
