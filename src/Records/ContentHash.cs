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
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> length = stackalloc byte[4];
        foreach (string? part in parts)
        {
            byte[] bytes = part is null ? [] : Encoding.UTF8.GetBytes(part);
            System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(length, part is null ? -1 : bytes.Length);
            hash.AppendData(length);
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>SHA-256 of a file's bytes.</summary>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static async Task<string> OfFileAsync(string path, CancellationToken cancellationToken = default)
    {
        await using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20, FileOptions.Asynchronous | FileOptions.SequentialScan);
        return Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
    }
}
