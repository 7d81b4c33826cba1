using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace R2Synth.Miners.Retrieval.Vectors;

/// <summary>
/// Vectors outside the heap: in a mapped file, which the system reads as it is needed and may drop from memory again, or in memory of our own. Neither has to fit one array. The memory
/// is given back when the last reader has let go: a reader keeps this alive for as long as it holds a span (<see cref="GC.KeepAlive"/>).
/// </summary>
internal sealed unsafe class UnmanagedRows : VectorRows, IDisposable
{
    private readonly MemoryMappedViewAccessor? _view;
    private readonly MemoryMappedFile? _map;
    private float* _values;

    private UnmanagedRows(float* values, int count, int dimensions)
        : base(count, dimensions) => _values = values;

    private UnmanagedRows(MemoryMappedFile map, MemoryMappedViewAccessor view, int offset, int count, int dimensions)
        : base(count, dimensions)
    {
        _map = map;
        _view = view;
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _values = (float*)(start + view.PointerOffset + offset);
    }

    ~UnmanagedRows() => Free();

    /// <summary>Vectors of zeros in memory, to be filled in.</summary>
    internal static UnmanagedRows Allocate(int count, int dimensions) =>
        new((float*)NativeMemory.AllocZeroed((nuint)count * (nuint)dimensions, sizeof(float)), count, dimensions);

    /// <summary>The vectors of a file from an offset on. The file is this one's to close.</summary>
    /// <exception cref="IOException">The file cannot be mapped.</exception>
    internal static UnmanagedRows Map(FileStream file, int offset, int count, int dimensions)
    {
        var map = MemoryMappedFile.CreateFromFile(file, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: false);
        return new UnmanagedRows(map, map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read), offset, count, dimensions);
    }

    internal override ReadOnlySpan<float> Slice(int start, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)start + count, Count);
        return new ReadOnlySpan<float>(_values + ((long)start * Dimensions), count * Dimensions);
    }

    /// <summary>Fills one in; only after <see cref="Allocate"/>.</summary>
    internal void Write(int index, ReadOnlySpan<float> vector)
    {
        vector.CopyTo(new Span<float>(_values + ((long)index * Dimensions), Dimensions));
        GC.KeepAlive(this);
    }

    /// <summary>Gives the memory back at once: for an owner who knows that nobody reads.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (_values == null) return;
        if (_view is null)
        {
            NativeMemory.Free(_values);
        }
        else
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _map!.Dispose(); // comes with the view
        }

        _values = null;
    }
}
