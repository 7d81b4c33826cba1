namespace R2Synth.Miners.Retrieval.Vectors;

/// <summary>Vectors in one array of the caller's.</summary>
internal sealed class ArrayRows(float[] values, int count, int dimensions) : VectorRows(count, dimensions)
{
    internal override ReadOnlySpan<float> Slice(int start, int count) => values.AsSpan(start * Dimensions, count * Dimensions);
}
