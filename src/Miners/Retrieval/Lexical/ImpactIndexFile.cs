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

    // 8 MB of positions and impacts. Each time all passages are read again.
    private const int PostingsAtOnce = 1 << 20;

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

    /// <summary>Builds an index into a file, whole or not at all, some terms at a time: memory grows with the terms and the passages, not with the postings.</summary>
    /// <param name="path">The file; one of that name is replaced.</param>
    /// <param name="source">What the index is made from: 64 hexadecimal digits.</param>
    /// <param name="corpus">The counted terms.</param>
    /// <param name="weighting">Makes impacts of them.</param>
    /// <returns>False where the disk does not take it.</returns>
    public static Task<bool> TryWriteAsync(string path, string source, CorpusTerms corpus, ITermWeighting weighting) => WholeFile.TryWriteAsync(path, stream =>
    {
        TermTable terms = corpus.Terms;
        int postings = corpus.Starts[^1];
        float[] maxima = new float[terms.Count], impacts = new float[Math.Min(postings, Math.Max(PostingsAtOnce, Longest(corpus.Starts)))];
        int[] positions = new int[impacts.Length];
        double[] norms = weighting.Norms(corpus);
        long starts = HeaderBytes, ends = After(starts, terms.Count + 1), slots = After(ends, terms.Count + 1), highest = After(slots, terms.Slots.Length);
        long places = After(highest, terms.Count), values = After(places, postings), bytes = After(values, postings);
        for (int first = 0, end; first < terms.Count; first = end)
        {
            end = corpus.EndOf(first, positions.Length);
            TermCounts counts = corpus.Invert(first, end, positions, impacts);
            weighting.WeighPassages(counts, norms);
            counts.Maxima(maxima.AsSpan(first..end));
            Write<int>(places + (4L * corpus.Starts[first]), positions.AsSpan(0, counts.Starts[^1]));
            Write<float>(values + (4L * corpus.Starts[first]), impacts.AsSpan(0, counts.Starts[^1]));
        }

        Write<int>(starts, corpus.Starts);
        Write(ends, terms.Ends.Span);
        Write(slots, terms.Slots.Span);
        Write<float>(highest, maxima);
        Write(bytes, terms.Bytes.Span);
        stream.SetLength(bytes + terms.Bytes.Length + Padding(terms.Bytes.Length));
        stream.Flush();
        using MappedFile mapping = new(path + WholeFile.TemporarySuffix);
        Write<byte>(0, Header(Map(mapping, corpus.Lengths.Length, terms.Count, terms.Slots.Length, postings, terms.Bytes.Length), source));
        return Task.CompletedTask;

        static long After(long offset, int count) => offset + (4L * count) + Padding(4L * count);

        void Write<T>(long offset, ReadOnlySpan<T> section)
            where T : unmanaged
        {
            stream.Position = offset;
            for (int at = 0; at < section.Length; at += Math.Min(1 << 18, section.Length - at)) stream.Write(MemoryMarshal.AsBytes(section.Slice(at, Math.Min(1 << 18, section.Length - at))));
        }
    });

    /// <summary>Opens an index, if it is whole and made from the same.</summary>
    /// <param name="path">The file.</param>
    /// <param name="source">What it must be made from.</param>
    /// <param name="reason">Why there is none, as a part of a sentence; empty where there is one.</param>
    /// <returns>The index, the caller's to dispose of; null where the file is missing, damaged, of another version or made from something else.</returns>
    public static ImpactIndex? Open(string path, string source, out string reason)
    {
        reason = "there was no such file";
        if (!File.Exists(path)) return null;
        MappedFile? mapping = null;
        try
        {
            if (new FileInfo(path).Length < HeaderBytes)
            {
                reason = "the file was cut off";
                return null;
            }

            mapping = new MappedFile(path);
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

    private static ImpactIndex? Read(MappedFile mapping, string source, out string reason)
    {
        ReadOnlySpan<byte> header = mapping.Section<byte>(0, HeaderBytes).Span;
        reason = Fault(header, mapping.Length, source);
        if (reason.Length > 0) return null;
        ImpactIndex index = Map(mapping, Int(header, 12), Int(header, 16), Int(header, 20), Int(header, 24), Int(header, 28));
        if (Checksum(index) == BinaryPrimitives.ReadUInt64LittleEndian(header[72..])) return index;
        reason = "the file was damaged (its checksum differs)";
        return null;
    }

    private static ImpactIndex Map(MappedFile mapping, int passages, int terms, int slots, int postings, int bytes)
    {
        long offset = HeaderBytes;
        ReadOnlyMemory<int> starts = Next<int>(terms + 1), ends = Next<int>(terms + 1), table = Next<int>(slots);
        ReadOnlyMemory<float> maxima = Next<float>(terms);
        ReadOnlyMemory<int> positions = Next<int>(postings);
        ReadOnlyMemory<float> impacts = Next<float>(postings);
        return new ImpactIndex(passages, new TermTable(table, ends, Next<byte>(bytes)), starts, maxima, positions, impacts, mapping);

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

    private static int Longest(int[] starts)
    {
        int longest = 0;
        for (int i = 1; i < starts.Length; i++) longest = Math.Max(longest, starts[i] - starts[i - 1]);
        return longest;
    }

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
