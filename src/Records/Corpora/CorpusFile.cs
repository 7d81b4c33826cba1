using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace R2Synth.Records.Corpora;

/// <summary>Writes the file of a <see cref="MappedCorpus"/> while a corpus is read. Memory does not grow with the texts.</summary>
internal sealed class CorpusFile : IDisposable
{
    private readonly Stream _stream;
    private readonly XxHash3 _checksum = new();
    private readonly CorpusHash _hash = new();
    private readonly List<long> _starts = [];
    private byte[] _record = new byte[1 << 12];
    private long _end = MappedCorpus.HeaderBytes;

    /// <param name="stream">Empty, and can seek; stays the caller's.</param>
    public CorpusFile(Stream stream)
    {
        _stream = stream;
        _stream.Write(new byte[MappedCorpus.HeaderBytes]);
    }

    /// <summary>Adds the next passage.</summary>
    public void Add(Passage passage)
    {
        int most = MappedCorpus.RecordHeaderBytes + Encoding.UTF8.GetMaxByteCount(passage.Docid.Length + passage.Title.Length + passage.Text.Length);
        if (_record.Length < most) _record = new byte[Math.Max(most, _record.Length * 2)];
        Span<byte> text = _record.AsSpan(MappedCorpus.RecordHeaderBytes);
        int docid = Encoding.UTF8.GetBytes(passage.Docid, text);
        int title = Encoding.UTF8.GetBytes(passage.Title, text[docid..]);
        int body = Encoding.UTF8.GetBytes(passage.Text, text[(docid + title)..]);
        _hash.Add(text[..docid], text.Slice(docid, title), text.Slice(docid + title, body));
        BinaryPrimitives.WriteInt32LittleEndian(_record, docid);
        BinaryPrimitives.WriteInt32LittleEndian(_record.AsSpan(4), title);
        BinaryPrimitives.WriteInt32LittleEndian(_record.AsSpan(8), passage.Start);
        _starts.Add(_end);
        Write(_record.AsSpan(0, MappedCorpus.RecordHeaderBytes + docid + title + body));
    }

    /// <summary>Writes what comes after the passages, and the header.</summary>
    /// <param name="path">The file that the stream writes.</param>
    /// <param name="key">What the corpus is made from: 64 hexadecimal digits.</param>
    /// <param name="report">The reading's.</param>
    /// <returns>Indices of the first two passages of one docid, in the corpus's order; null where all docids are unique.</returns>
    public (int First, int Second)? Complete(string path, string key, CorpusReport report)
    {
        _starts.Add(_end);
        byte[] header = new byte[MappedCorpus.HeaderBytes];
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(48), _end);
        Write(new byte[MappedCorpus.Aligned(_end) - _end]);
        Write(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_starts)));
        _stream.Flush();
        using MappedFile file = new(path);
        int[] order = Order(file);
        Write(MemoryMarshal.AsBytes(order.AsSpan()));
        report.Write(header);
        MappedCorpus.Magic.CopyTo(header);
        Convert.FromHexString(_hash.Finish()).CopyTo(header, 64);
        Convert.FromHexString(key).CopyTo(header, 96);
        _checksum.Append(header.AsSpan(MappedCorpus.HeaderChecked));
        BinaryPrimitives.WriteUInt64LittleEndian(header.AsSpan(8), _checksum.GetCurrentHashAsUInt64());
        _stream.Seek(0, SeekOrigin.Begin);
        _stream.Write(header);
        return Twice(file, order);
    }

    /// <inheritdoc/>
    public void Dispose() => _hash.Dispose();

    private void Write(ReadOnlySpan<byte> bytes)
    {
        _stream.Write(bytes);
        _checksum.Append(bytes);
        _end += bytes.Length;
    }

    private int[] Order(MappedFile file)
    {
        int[] order = [.. Enumerable.Range(0, _starts.Count - 1)];
        Array.Sort(order, (a, b) =>
        {
            int difference = Compare(Docid(file, a), Docid(file, b));
            return difference != 0 ? difference : a.CompareTo(b);
        });
        return order;
    }

    private (int, int)? Twice(MappedFile file, int[] order)
    {
        (int First, int Second)? twice = null;
        for (int i = 1; i < order.Length; i++)
        {
            if ((twice is null || order[i] < twice.Value.Second) && Docid(file, order[i - 1]).SequenceEqual(Docid(file, order[i]))) twice = (order[i - 1], order[i]);
        }

        return twice;
    }

    private ReadOnlySpan<byte> Docid(MappedFile file, int passage) => MappedCorpus.Docid(file.Span<byte>(_starts[passage], (int)(_starts[passage + 1] - _starts[passage])));

    // The ordinal order of the UTF-16 texts: there characters of two units come before U+E000 to U+FFFF, in UTF-8 (F0 and up, EE and EF) behind them.
    private static int Compare(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        int at = a.CommonPrefixLength(b);
        return at == a.Length || at == b.Length ? a.Length - b.Length : Weight(a[at]) - Weight(b[at]);

        static int Weight(byte value) => value is 0xEE or 0xEF ? value + 0x10 : value;
    }
}
