using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using R2Synth.Records;

namespace R2Synth.Miners.Retrieval.Vectors;

/// <summary>
/// A file of vectors: a header of 128 bytes (magic, key, count, dimensions, checksum), then little-endian floats. It appears whole or not at all, so what can be wrong with it is
/// another key or damage, and either means that it is made again.
/// </summary>
internal static class VectorFile
{
    private const int HeaderBytes = 128;
    private const int ChunkBytes = 1 << 22;
    private static readonly byte[] Magic = "R2VECS01"u8.ToArray();

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

    /// <summary>Keeps vectors; where the disk does not take them nothing is left behind.</summary>
    /// <returns>Whether they were kept.</returns>
    internal static async Task<bool> TryKeepAsync(VectorPlace place, UnmanagedRows rows, CancellationToken cancellationToken)
    {
        if (!BitConverter.IsLittleEndian) return false;
        byte[] header = new byte[HeaderBytes];
        Magic.CopyTo(header, 0);
        Encoding.ASCII.GetBytes(place.Key).CopyTo(header, 8);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(72), rows.Count);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(76), rows.Dimensions);
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(80), Checksum(rows));
        try
        {
            await WholeFile.WriteAsync(place.Path, stream =>
            {
                stream.Write(header);
                int most = Math.Max(1, ChunkBytes / (rows.Dimensions * sizeof(float)));
                for (int start = 0; start < rows.Count; start += most)
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    stream.Write(MemoryMarshal.AsBytes(rows.Slice(start, Math.Min(most, rows.Count - start))));
                }

                return Task.CompletedTask;
            });
            GC.KeepAlive(rows);
            return true;
        }
        catch (InputException)
        {
            // No room, no right, or another process is writing the same file: it saves time, and without it all is as before.
            return false;
        }
    }

    // A sum over rows, each hashed with its place: the same for any number of threads.
    private static ulong Checksum(UnmanagedRows rows)
    {
        ulong sum = 0;
        Lock gate = new();
        int most = Math.Max(1, ChunkBytes / (rows.Dimensions * sizeof(float)));
        Parallel.For(0, (rows.Count + most - 1) / most, chunk =>
        {
            int start = chunk * most;
            ulong hash = XxHash3.HashToUInt64(MemoryMarshal.AsBytes(rows.Slice(start, Math.Min(most, rows.Count - start))), chunk);
            lock (gate) sum = unchecked(sum + hash);
        });
        GC.KeepAlive(rows);
        return sum;
    }
}
