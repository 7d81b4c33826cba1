using System.IO.MemoryMappedFiles;

namespace R2Synth.Records;

/// <summary>A file mapped for reading. It stays mapped while it is held, also after it was disposed of, so that no reader meets freed memory. Thread-safe.</summary>
public sealed unsafe class MappedFile : IDisposable
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    /// <summary>Maps a file.</summary>
    /// <param name="path">Not empty.</param>
    /// <exception cref="IOException">It cannot be mapped.</exception>
    public MappedFile(string path)
    {
        Length = new FileInfo(path).Length;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
    }

    /// <summary>Bytes of the file.</summary>
    public long Length { get; }

    // No pointer offset: the view begins at the file's first byte.
    private byte* Start => (byte*)_view.SafeMemoryMappedViewHandle.DangerousGetHandle();

    /// <summary>A part of the file. Whoever reads it holds the file.</summary>
    /// <param name="offset">Where it begins, in bytes; aligned for the type.</param>
    /// <param name="count">How many values; all within the file.</param>
    public ReadOnlyMemory<T> Section<T>(long offset, int count)
        where T : unmanaged => new MappedMemory<T>(Start + offset, count).Memory;

    /// <summary>A part of the file, good for as long as the caller holds it.</summary>
    /// <inheritdoc cref="Section"/>
    public ReadOnlySpan<T> Span<T>(long offset, int count)
        where T : unmanaged => new(Start + offset, count);

    /// <summary>Keeps the file mapped until <see cref="Release"/>.</summary>
    /// <exception cref="ObjectDisposedException">It was disposed of.</exception>
    public void Hold()
    {
        bool held = false;
        _view.SafeMemoryMappedViewHandle.DangerousAddRef(ref held);
    }

    /// <summary>Ends a <see cref="Hold"/>.</summary>
    public void Release() => _view.SafeMemoryMappedViewHandle.DangerousRelease();

    /// <summary>Unmaps the file once nobody holds it.</summary>
    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
