using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace R2Synth.Records;

/// <summary>SHA-256 over docid, title and text of passages in their order, each preceded by its length in bytes. Not thread-safe.</summary>
public sealed class CorpusHash : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>The hash of passages; a mapped corpus brings it along.</summary>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public static string Of(IEnumerable<Passage> passages)
    {
        if (passages is MappedCorpus corpus) return corpus.Hash;
        using CorpusHash hash = new();
        foreach (Passage passage in passages)
            hash.Add(passage);
        return hash.Finish();
    }

    /// <summary>Adds the next passage.</summary>
    public void Add(Passage passage) => Add(Encoding.UTF8.GetBytes(passage.Docid), Encoding.UTF8.GetBytes(passage.Title), Encoding.UTF8.GetBytes(passage.Text));

    /// <summary>The hash of all that was added, and a new beginning.</summary>
    /// <returns>64 lower-case hexadecimal digits.</returns>
    public string Finish() => Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    internal void Add(ReadOnlySpan<byte> docid, ReadOnlySpan<byte> title, ReadOnlySpan<byte> text)
    {
        Append(docid);
        Append(title);
        Append(text);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        _hash.AppendData(length);
        _hash.AppendData(bytes);
    }
}
