using System.Buffers.Binary;

namespace R2Synth.Records;

/// <summary>What a reading of a corpus came to: everything left out is counted here. Filled while reading; not thread-safe.</summary>
public sealed class CorpusReport
{
    private readonly List<string> _skippedFiles = [];

    /// <summary>Documents that gave at least one passage: files, or records of a BEIR folder or JSONL file.</summary>
    public int Documents { get; internal set; }

    /// <summary>Passages read.</summary>
    public int Passages { get; internal set; }

    /// <summary>Words of the passages, overlap counted twice; see <see cref="CorpusOptions.MaxWords"/>.</summary>
    public long Words { get; internal set; }

    /// <summary>Files and BEIR records without any text.</summary>
    public int EmptyDocuments { get; internal set; }

    /// <summary>Stretches of files below <see cref="CorpusOptions.MinWords"/> that had no neighbour with room.</summary>
    public int PassagesLeftOut { get; internal set; }

    /// <summary>Their words.</summary>
    public long WordsLeftOut { get; internal set; }

    /// <summary>Files of the folder that are not documents, by path relative to the folder, in ordinal order.</summary>
    public IReadOnlyList<string> SkippedFiles => _skippedFiles;

    internal void Skip(string relativePath) => _skippedFiles.Add(relativePath);

    /// <summary>Writes the counts into the header of a <see cref="MappedCorpus"/>.</summary>
    internal void Write(Span<byte> header)
    {
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], Passages);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], Documents);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], EmptyDocuments);
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], PassagesLeftOut);
        BinaryPrimitives.WriteInt64LittleEndian(header[32..], Words);
        BinaryPrimitives.WriteInt64LittleEndian(header[40..], WordsLeftOut);
    }

    /// <summary>Takes what <see cref="Write"/> wrote.</summary>
    internal void Read(ReadOnlySpan<byte> header)
    {
        Passages = BinaryPrimitives.ReadInt32LittleEndian(header[16..]);
        Documents = BinaryPrimitives.ReadInt32LittleEndian(header[20..]);
        EmptyDocuments = BinaryPrimitives.ReadInt32LittleEndian(header[24..]);
        PassagesLeftOut = BinaryPrimitives.ReadInt32LittleEndian(header[28..]);
        Words = BinaryPrimitives.ReadInt64LittleEndian(header[32..]);
        WordsLeftOut = BinaryPrimitives.ReadInt64LittleEndian(header[40..]);
    }
}
