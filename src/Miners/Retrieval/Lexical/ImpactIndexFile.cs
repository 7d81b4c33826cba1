using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using R2Synth.Records;

namespace R2Synth.Miners.Retrieval.Lexical;

/// <summary>An <see cref="ImpactIndex"/> as a file: a header, then the index's arrays as they are, so that it is mapped and not read.</summary>
/// <remarks>
/// Little-endian. Header of 128 bytes: magic, format version, passages, terms, slots, postings, bytes of terms, length of the file, what the index was made from
/// (SHA-256), checksum of the sections, checksum of the header (both XxHash3). Sections start at multiples of 64 bytes: starts, ends of terms, slots, maxima, positions,
/// impacts, bytes of terms. Opening reads the file once for its checksum.
/// </remarks>
internal static class ImpactIndexFile
{
    /// <summary>Raised whenever the layout, an analysis or a weighting changes.</summary>
    public const int FormatVersion = 1;

    private const int HeaderBytes = 128, HeaderChecked = 120, Alignment = 64;
    private static readonly byte[] Zeros = new byte[Alignment];

    private delegate void PieceTaker(ReadOnlySpan<byte> piece);

    private static ReadOnlySpan<byte> Magic => "R2S-LEX\n"u8;

    /// <summary>Writes an index, whole or not at all.</summary>
    /// <param name="index">The index, in memory.</param>
    /// <param name="path">The file; one of that name is replaced.</param>
    /// <param name="source">What the index is made from: 64 hexadecimal digits.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static Task SaveAsync(ImpactIndex index, string path, string source)
    {
        byte[] header = Header(index, source);
        return WholeFile.WriteAsync(path, stream =>
        {
            stream.Write(header);
            Each(index, padded: true, stream.Write);
            return Task.CompletedTask;
        });
    }

    /// <summary>Opens an index, if it is whole and made from the same.</summary>
    /// <param name="path">The file.</param>
    /// <param name="source">What it must be made from.</param>
    /// <param name="reason">Why there is none, as a part of a sentence; empty where there is one.</param>
    /// <returns>The index, the caller's to dispose of; null where the file is missing, damaged, of another version or made from something else.</returns>
    public static ImpactIndex? Open(string path, string source, out string reason)
    {
        reason = "there was no such file";
        if (!File.Exists(path)) return null;
        IndexMapping? mapping = null;
        try
        {
            if (new FileInfo(path).Length < HeaderBytes)
            {
                reason = "the file was cut off";
                return null;
            }

            mapping = new IndexMapping(path);
            ImpactIndex? index = Read(mapping, source, out reason);
            if (index is not null) mapping = null;
            return index;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            reason = $"the file could not be read ({e.Message.TrimEnd('.')})";
            return null;
        }
        finally
        {
            mapping?.Dispose();
        }
    }

    private static ImpactIndex? Read(IndexMapping mapping, string source, out string reason)
    {
        ReadOnlySpan<byte> header = mapping.Section<byte>(0, HeaderBytes).Span;
        reason = Fault(header, mapping.Length, source);
        if (reason.Length > 0) return null;
        (int passages, int terms, int slots, int postings, int bytes) = (Int(header, 12), Int(header, 16), Int(header, 20), Int(header, 24), Int(header, 28));
        long offset = HeaderBytes;
        ReadOnlyMemory<int> starts = Next<int>(terms + 1), ends = Next<int>(terms + 1), table = Next<int>(slots);
        ReadOnlyMemory<float> maxima = Next<float>(terms);
        ReadOnlyMemory<int> positions = Next<int>(postings);
        ReadOnlyMemory<float> impacts = Next<float>(postings);
        ImpactIndex index = new(passages, new TermTable(table, ends, Next<byte>(bytes)), starts, maxima, positions, impacts, mapping);
        if (Checksum(index) == BinaryPrimitives.ReadUInt64LittleEndian(header[72..])) return index;
        reason = "the file was damaged (its checksum differs)";
        return null;

        ReadOnlyMemory<T> Next<T>(int count)
            where T : unmanaged
        {
            ReadOnlyMemory<T> section = mapping.Section<T>(offset, count);
            long length = (long)count * Unsafe.SizeOf<T>();
            offset += length + Padding(length);
            return section;
        }
    }

    private static string Fault(ReadOnlySpan<byte> header, long length, string source) =>
        !header.StartsWith(Magic) ? "the file was no index"
        : Int(header, 8) != FormatVersion ? $"the file was of format {Int(header, 8)}, and this version writes {FormatVersion}"
        : XxHash3.HashToUInt64(header[..HeaderChecked]) != BinaryPrimitives.ReadUInt64LittleEndian(header[HeaderChecked..]) ? "the file was damaged (its header's checksum differs)"
        : BinaryPrimitives.ReadInt64LittleEndian(header[32..]) is long whole && whole != length ? $"the file was damaged (it had {length} of {whole} bytes)"
        : !header[40..72].SequenceEqual(Convert.FromHexString(source)) ? "the file was made from other passages or with other settings"
        : "";

    private static byte[] Header(ImpactIndex index, string source)
    {
        long length = HeaderBytes;
        Each(index, padded: true, piece => length += piece.Length);
        byte[] header = new byte[HeaderBytes];
        Magic.CopyTo(header);
        int[] counts = [FormatVersion, index.Passages, index.Terms.Count, index.Terms.Slots.Length, index.Positions.Length, index.Terms.Bytes.Length];
        for (int i = 0; i < counts.Length; i++) BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(8 + (i * 4)), counts[i]);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(32), length);
        Convert.FromHexString(source).CopyTo(header.AsSpan(40));
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(72), Checksum(index));
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(HeaderChecked), XxHash3.HashToUInt64(header.AsSpan(0, HeaderChecked)));
        return header;
    }

    private static ulong Checksum(ImpactIndex index)
    {
        XxHash3 hash = new();
        Each(index, padded: false, hash.Append);
        return hash.GetCurrentHashAsUInt64();
    }

    // The sections in the file's order, in pieces: a section may have more bytes than a span.
    private static void Each(ImpactIndex index, bool padded, PieceTaker take)
    {
        Section(index.Starts.Span);
        Section(index.Terms.Ends.Span);
        Section(index.Terms.Slots.Span);
        Section(index.Maxima.Span);
        Section(index.Positions.Span);
        Section(index.Impacts.Span);
        Section(index.Terms.Bytes.Span);

        void Section<T>(ReadOnlySpan<T> values)
            where T : unmanaged
        {
            for (int at = 0; at < values.Length; at += Math.Min(1 << 18, values.Length - at)) take(MemoryMarshal.AsBytes(values.Slice(at, Math.Min(1 << 18, values.Length - at))));
            if (padded) take(Zeros.AsSpan(0, Padding((long)values.Length * Unsafe.SizeOf<T>())));
        }
    }

    private static int Int(ReadOnlySpan<byte> header, int offset) => BinaryPrimitives.ReadInt32LittleEndian(header[offset..]);

    private static int Padding(long length) => (int)((Alignment - (length % Alignment)) % Alignment);
}
