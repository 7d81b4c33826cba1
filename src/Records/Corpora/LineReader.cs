using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.CompilerServices;

namespace R2Synth.Records.Corpora;

/// <summary>Reads the lines of a file as bytes, through gzip where the name ends in <c>.gz</c>. Memory depends on the longest line only.</summary>
public static class LineReader
{
    // A power of two, as the buffer doubles from 64 KiB.
    private const int MaxLineBytes = 1 << 28;

    /// <summary>The lines that are not blank, with their numbers from 1, without line ends and byte-order mark, checked to be UTF-8.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A line is good until the next one is asked for.</returns>
    /// <exception cref="InputException">The file cannot be read, is damaged, or is not UTF-8.</exception>
    public static async IAsyncEnumerable<(int Number, ReadOnlyMemory<byte> Line)> ReadAsync(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using Stream stream = Open(path);
        byte[] buffer = new byte[1 << 16];
        int filled = 0, number = 0;
        long offset = 0;   // of the buffer's start in the text
        bool ended = false;
        while (!ended)
        {
            if (filled == MaxLineBytes)
                throw new InputException($"{path} line {number + 1}: is longer than {MaxLineBytes >> 20} MiB. Each line must be one document; is the file one JSON array? 'jq -c .[]' makes lines of it.");
            if (filled == buffer.Length)
                Array.Resize(ref buffer, buffer.Length * 2);
            int read = await FillAsync(stream, buffer.AsMemory(filled), path, number + 1, cancellationToken);
            ended = read == 0;
            if (ended)
                CheckWhole(path, offset + filled);
            int searched = filled, start = 0;
            filled += read;
            while (true)
            {
                int feed = buffer.AsSpan(searched, filled - searched).IndexOf((byte)'\n');
                if (feed < 0 && !(ended && start < filled))
                    break;
                int end = feed < 0 ? filled : searched + feed;
                number++;
                ReadOnlyMemory<byte> line = Checked(buffer.AsMemory(start, end - start), path, number, offset + start);
                if (!line.Span.Trim(" \t\r"u8).IsEmpty)
                    yield return (number, line);
                searched = start = feed < 0 ? filled : end + 1;
            }

            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
            offset += start;
        }
    }

    private static ReadOnlyMemory<byte> Checked(ReadOnlyMemory<byte> line, string path, int number, long offset)
    {
        if (Utf8Source.InvalidOffset(line.Span) is int at)
            throw new InputException($"{path} line {number}: is not valid UTF-8 (byte 0x{line.Span[at]:X2} at offset {offset + at} of the text). Save the file as UTF-8.");
        if (number == 1)
            line = line[(line.Length - Utf8Source.WithoutMark(line.Span).Length)..];
        return line.Span.EndsWith("\r"u8) ? line[..^1] : line;
    }

    // The runtime ends a cut-off gzip stream without an error. Its last four bytes, the length of the last member modulo 2^32, give it away:
    // in a whole file they are never above the length of all members.
    private static void CheckWhole(string path, long length)
    {
        if (!IsGzip(path) || length >= uint.MaxValue)
            return;
        using FileStream file = File.OpenRead(path);
        Span<byte> tail = stackalloc byte[4];
        file.Seek(-Math.Min(file.Length, tail.Length), SeekOrigin.End);
        if (file.ReadAtLeast(tail, tail.Length, throwOnEndOfStream: false) < tail.Length || BinaryPrimitives.ReadUInt32LittleEndian(tail) > length)
            throw new InputException($"{path}: the gzip data are damaged or cut off (after {length} bytes of text). Fetch or compress the file again.");
    }

    private static bool IsGzip(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase);

    private static Stream Open(string path)
    {
        try
        {
            FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.Asynchronous | FileOptions.SequentialScan);
            return IsGzip(path) ? new GZipStream(file, CompressionMode.Decompress) : file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"{path}: cannot be read: {e.Message}", e);
        }
    }

    private static async ValueTask<int> FillAsync(Stream stream, Memory<byte> buffer, string path, int line, CancellationToken cancellationToken)
    {
        try
        {
            return await stream.ReadAsync(buffer, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new InputException($"{path} near line {line}: the gzip data are damaged or cut off ({e.Message}). Fetch or compress the file again.", e);
        }
        catch (IOException e)
        {
            throw new InputException($"{path} near line {line}: cannot be read: {e.Message}", e);
        }
    }
}
