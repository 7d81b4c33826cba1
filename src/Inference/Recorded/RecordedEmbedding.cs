using System.Buffers.Binary;
using Microsoft.Extensions.AI;

namespace R2Synth.Inference.Recorded;

/// <summary>An embedding as a recording keeps it.</summary>
internal sealed record RecordedEmbedding
{
    /// <summary>The vector's 32-bit floats, lowest byte first, in base64.</summary>
    public required byte[] Vector { get; init; }

    /// <summary>Tokens read for the call, at its first text; absent elsewhere.</summary>
    public long? InputTokens { get; init; }

    /// <summary>Takes an embedding apart.</summary>
    public static RecordedEmbedding Of(Embedding<float> embedding, long? inputTokens)
    {
        ReadOnlySpan<float> vector = embedding.Vector.Span;
        byte[] bytes = new byte[vector.Length * sizeof(float)];
        for (int i = 0; i < vector.Length; i++) BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), vector[i]);
        return new RecordedEmbedding { Vector = bytes, InputTokens = inputTokens };
    }

    /// <summary>Puts it together again.</summary>
    public Embedding<float> ToEmbedding()
    {
        float[] vector = new float[Vector.Length / sizeof(float)];
        for (int i = 0; i < vector.Length; i++) vector[i] = BinaryPrimitives.ReadSingleLittleEndian(Vector.AsSpan(i * sizeof(float)));
        return new Embedding<float>(vector);
    }
}
