using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;
using R2Synth.Records;

namespace R2Synth.Miners.Retrieval.Vectors;

/// <summary>
/// A file of vectors: a header of 128 bytes (magic, key, count, dimensions, checksum), then little-endian floats. It appears whole or not at all, so what can be wrong with it is
/// another key or damage, and either means that it is made again.
/// </summary>
internal static class VectorFile
{
    private const int HeaderBytes = 128;
    private static readonly byte[] Magic = "R2VECS02"u8.ToArray();

    /// <summary>Opens the vectors of a place.</summary>
    /// <returns>Null where there is no file, or none that holds these vectors whole.</returns>
    internal static UnmanagedRows? TryOpen(VectorPlace place, int count)
    {
        FileStream? file = null;
        try
        {
            if (!BitConverter.IsLittleEndian || !File.Exists(place.Path)) return null;
            file = new FileStream(place.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1);
            Span<byte> header = stackalloc byte[HeaderBytes];
            if (file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes || !header[..8].SequenceEqual(Magic)) return null;
            if (!header.Slice(8, 64).SequenceEqual(Encoding.ASCII.GetBytes(place.Key))) return null;
            int rows = BinaryPrimitives.ReadInt32LittleEndian(header[72..]), dimensions = BinaryPrimitives.ReadInt32LittleEndian(header[76..]);
            ulong checksum = BinaryPrimitives.ReadUInt64LittleEndian(header[80..]);
            if (rows != count || dimensions < 1 || file.Length != HeaderBytes + ((long)rows * dimensions * sizeof(float))) return null;
            UnmanagedRows mapped = UnmanagedRows.Map(file, HeaderBytes, rows, dimensions);
            file = null; // the map's now
            return Checksum(mapped) == checksum ? mapped : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        finally
        {
            file?.Dispose();
        }
    }

    /// <summary>Makes the vectors of a place, each written where it belongs as it comes.</summary>
    /// <param name="place">Where.</param>
    /// <param name="count">Vectors.</param>
    /// <param name="dimensions">Values a vector.</param>
    /// <param name="fill">Gives all vectors with their index, in any order and from any thread.</param>
    /// <returns>False where the disk does not take them: nothing is left behind then.</returns>
    internal static Task<bool> TryWriteAsync(VectorPlace place, int count, int dimensions, Func<Action<int, float[]>, Task> fill) => WholeFile.TryWriteAsync(place.Path, async stream =>
    {
        stream.SetLength(HeaderBytes + ((long)count * dimensions * sizeof(float)));
        SafeFileHandle file = stream.SafeFileHandle;
        ulong checksum = 0;
        await fill((index, vector) =>
        {
            ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(vector.AsSpan());
            RandomAccess.Write(file, bytes, HeaderBytes + ((long)index * bytes.Length));
            Interlocked.Add(ref checksum, Checksum(bytes, index));
        });
        byte[] header = new byte[HeaderBytes];
        Magic.CopyTo(header, 0);
        Encoding.ASCII.GetBytes(place.Key).CopyTo(header, 8);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(72), count);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(76), dimensions);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(80), checksum);
        RandomAccess.Write(file, header, 0);
    });

    // Added up over the vectors, each hashed with its place: the same in whatever order they come.
    private static ulong Checksum(ReadOnlySpan<byte> vector, int index) => XxHash3.HashToUInt64(vector, index);

    private static ulong Checksum(UnmanagedRows rows)
    {
        ulong sum = 0;
        Parallel.ForEach(Partitioner.Create(0, rows.Count), range =>
        {
            ulong part = 0;
            for (int i = range.Item1; i < range.Item2; i++) part += Checksum(MemoryMarshal.AsBytes(rows.Row(i)), i);
            Interlocked.Add(ref sum, part);
        });
        GC.KeepAlive(rows);
        return sum;
    }
}
