using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace R2Synth.Records;

/// <summary>Hashes of content: the keys of the ledger and the cache, and the ids that come from content. Stable over processes and machines.</summary>
public static class ContentHash
{
    /// <summary>SHA-256 over the parts, each preceded by its length, so that moving a character from one part to the next gives another hash.</summary>
    /// <param name="parts">Any number of texts; null counts as a value of its own.</param>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Of(params ReadOnlySpan<string?> parts)
    {
        int most = 0;
        foreach (string? part in parts) most += sizeof(int) + Encoding.UTF8.GetMaxByteCount(part?.Length ?? 0);
        byte[] rented = ArrayPool<byte>.Shared.Rent(most);
        int end = 0;
        foreach (string? part in parts)
        {
            int length = part is null ? -1 : Encoding.UTF8.GetBytes(part, rented.AsSpan(end + sizeof(int)));
            BinaryPrimitives.WriteInt32LittleEndian(rented.AsSpan(end), length);
            end += sizeof(int) + Math.Max(length, 0);
        }

        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(rented.AsSpan(0, end), hash);
        ArrayPool<byte>.Shared.Return(rented);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>SHA-256 of a file's bytes.</summary>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static async Task<string> OfFileAsync(string path, CancellationToken cancellationToken = default)
    {
        await using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.Asynchronous | FileOptions.SequentialScan);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }
}
