using System.Buffers;

namespace R2Synth.Records;

/// <summary>A part of a mapped file as memory. Whoever reads it holds the <see cref="MappedFile"/>.</summary>
/// <param name="start">Its first byte, aligned for the type.</param>
/// <param name="length">How many values.</param>
internal sealed unsafe class MappedMemory<T>(byte* start, int length) : MemoryManager<T>
    where T : unmanaged
{
    private readonly byte* _start = start;

    /// <inheritdoc/>
    public override Span<T> GetSpan() => new(_start, length);

    /// <inheritdoc/>
    public override MemoryHandle Pin(int elementIndex = 0) => new((T*)_start + elementIndex);

    /// <inheritdoc/>
    public override void Unpin()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
