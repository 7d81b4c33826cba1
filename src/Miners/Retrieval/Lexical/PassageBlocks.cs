using System.Runtime.InteropServices;

namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>Blocks by rising position, to be read again and again: in memory, or in a file that goes when this is disposed of. Not thread-safe.</summary>
/// <param name="path">The file; null keeps the blocks in memory.</param>
/// <exception cref="IOException">The disk does not take it, here and in <see cref="Add"/>.</exception>
internal sealed class PassageBlocks(string? path) : IDisposable
{
    private readonly List<PassageBlock> _blocks = [];
    private readonly FileStream? _file = path is null ? null : new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.Read, 1 << 16, FileOptions.DeleteOnClose);

    /// <summary>Adds the next one.</summary>
    public void Add(PassageBlock block)
    {
        if (_file is null)
        {
            _blocks.Add(block);
            return;
        }

        Write<int>([block.First, block.Ends.Length, block.Terms.Length]);
        Write<int>(block.Ends);
        Write<int>(block.Lengths);
        Write<int>(block.Terms);
        Write<float>(block.Counts);
    }

    /// <summary>All blocks from the first on; one reading at a time.</summary>
    public IEnumerable<PassageBlock> Read()
    {
        foreach (PassageBlock block in _blocks) yield return block;
        if (_file is null) yield break;
        long end = _file.Length;
        _file.Position = 0;
        while (_file.Position < end)
        {
            int[] sizes = Read<int>(3);
            yield return new PassageBlock([], sizes[0], Read<int>(sizes[1]), Read<int>(sizes[1]), Read<int>(sizes[2]), Read<float>(sizes[2]));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file?.Dispose();

    private void Write<T>(ReadOnlySpan<T> values)
        where T : unmanaged => _file!.Write(MemoryMarshal.AsBytes(values)); // asked for where there is one

    private T[] Read<T>(int count)
        where T : unmanaged
    {
        T[] values = new T[count];
        _file!.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan())); // asked for where there is one
        return values;
    }
}
