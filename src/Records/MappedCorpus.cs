using System.Buffers.Binary;
using System.Collections;
using System.IO.Hashing;
using System.Text;
using R2Synth.Records.Corpora;

namespace R2Synth.Records;

/// <summary>
/// A corpus in a mapped file: a passage is decoded when it is asked for, and what lies in memory is two integers a passage. Thread-safe; a passage asked for after disposal throws.
/// </summary>
/// <remarks>
/// Little-endian. Header of 128 bytes: magic, checksum (XxHash3 of all that follows the header, then of the header from here on), passages and the report's other counts, end of the
/// records, <see cref="Hash"/>, key. Then a record a passage (bytes of docid and title, start, docid, title, text, all in UTF-8), where each begins and the last one ends, and the passages by
/// docid. <see cref="CorpusFile"/> writes it.
/// </remarks>
public sealed class MappedCorpus : IReadOnlyList<Passage>, IDisposable
{
    internal const int HeaderBytes = 128, HeaderChecked = 16, RecordHeaderBytes = 12;

    private readonly MappedFile _file;
    private readonly long _starts;

    private MappedCorpus(MappedFile file)
    {
        _file = file;
        ReadOnlySpan<byte> header = file.Span<byte>(0, HeaderBytes);
        Count = BinaryPrimitives.ReadInt32LittleEndian(header[16..]);
        _starts = Aligned(BinaryPrimitives.ReadInt64LittleEndian(header[48..]));
        Hash = Convert.ToHexStringLower(header[64..96]);
        Order = new DocidOrder(DocidAt, file.Span<int>(_starts + ((Count + 1L) * sizeof(long)), Count).ToArray());
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <summary>The corpus's <see cref="CorpusHash"/>.</summary>
    public string Hash { get; }

    /// <summary>The order of its docids.</summary>
    public DocidOrder Order { get; }

    internal static ReadOnlySpan<byte> Magic => "R2S-CRP1"u8;

    /// <inheritdoc/>
    public Passage this[int index]
    {
        get
        {
            _file.Hold();
            try
            {
                ReadOnlySpan<byte> record = Record(index);
                (int docid, int title) = (BinaryPrimitives.ReadInt32LittleEndian(record), BinaryPrimitives.ReadInt32LittleEndian(record[4..]));
                ReadOnlySpan<byte> text = record[RecordHeaderBytes..];
                return new Passage
                {
                    Docid = Encoding.UTF8.GetString(text[..docid]),
                    Title = Encoding.UTF8.GetString(text.Slice(docid, title)),
                    Text = Encoding.UTF8.GetString(text[(docid + title)..]),
                    Start = BinaryPrimitives.ReadInt32LittleEndian(record[8..]),
                };
            }
            finally
            {
                _file.Release();
            }
        }
    }

    /// <summary>A passage's docid, without the rest of it.</summary>
    /// <param name="index">The passage.</param>
    public string DocidAt(int index)
    {
        _file.Hold();
        try
        {
            return Encoding.UTF8.GetString(Docid(Record(index)));
        }
        finally
        {
            _file.Release();
        }
    }

    /// <inheritdoc/>
    public IEnumerator<Passage> GetEnumerator()
    {
        for (int i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Unmaps the file.</summary>
    public void Dispose() => _file.Dispose();

    /// <summary>Opens a corpus that was kept.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">What it must be made from: 64 hexadecimal digits.</param>
    /// <param name="report">Filled as by the reading that made the file.</param>
    /// <returns>Null where there is no file, or none that holds this corpus whole.</returns>
    internal static MappedCorpus? TryOpen(string path, string key, CorpusReport report)
    {
        try
        {
            if (!BitConverter.IsLittleEndian || !File.Exists(path)) return null;
            Span<byte> header = stackalloc byte[HeaderBytes];
            using (FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 1 << 16, FileOptions.SequentialScan))
            {
                if (file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false) < HeaderBytes || !header.StartsWith(Magic)) return null;
                if (!header[96..].SequenceEqual(Convert.FromHexString(key))) return null;
                XxHash3 checksum = new();
                checksum.Append(file);
                checksum.Append(header[HeaderChecked..]);
                if (checksum.GetCurrentHashAsUInt64() != BinaryPrimitives.ReadUInt64LittleEndian(header[8..])) return null;
            }

            MappedFile mapped = new(path);
            report.Read(header);
            return new MappedCorpus(mapped);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    internal static long Aligned(long offset) => (offset + 7) & ~7;

    internal static ReadOnlySpan<byte> Docid(ReadOnlySpan<byte> record) => record.Slice(RecordHeaderBytes, BinaryPrimitives.ReadInt32LittleEndian(record));

    private ReadOnlySpan<byte> Record(int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        ReadOnlySpan<long> ends = _file.Span<long>(_starts + ((long)index * sizeof(long)), 2);
        return _file.Span<byte>(ends[0], (int)(ends[1] - ends[0]));
    }
}
