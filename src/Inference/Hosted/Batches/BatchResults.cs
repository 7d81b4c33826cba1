using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace R2Synth.Inference.Hosted.Batches;

/// <summary>The fetched files of a batch: which request's line lies where. The lines stay on the disk. Thread-safe once read.</summary>
internal sealed class BatchResults : IDisposable
{
    private readonly List<SafeFileHandle> _files = [];
    private readonly Dictionary<string, (SafeFileHandle File, long Offset, int Length)> _lines = new(StringComparer.Ordinal);

    /// <summary>Reads the files through; those that are not there count as empty. Of several lines for a request the first stays.</summary>
    /// <param name="files">The output file, then the error file.</param>
    /// <param name="onLine">Gets the first line of each request.</param>
    /// <exception cref="JsonException">A line is damaged.</exception>
    public static BatchResults Read(IEnumerable<string> files, Action<BatchLine>? onLine = null)
    {
        BatchResults results = new();
        foreach (string file in files.Where(File.Exists))
        {
            SafeFileHandle handle = File.OpenHandle(file, share: FileShare.Read | FileShare.Delete);
            results._files.Add(handle);
            foreach ((long offset, ReadOnlyMemory<byte> bytes) in Lines(file))
            {
                BatchLine line = BatchLine.Parse(bytes);
                if (results._lines.TryAdd(line.Id, (handle, offset, bytes.Length))) onLine?.Invoke(line);
            }
        }

        return results;
    }

    /// <summary>The answer to a request; null where the server gave none.</summary>
    public BatchLine? Find(string id)
    {
        if (!_lines.TryGetValue(id, out (SafeFileHandle File, long Offset, int Length) place)) return null;
        byte[] bytes = new byte[place.Length];
        int read = 0;
        while (read < bytes.Length)
        {
            int more = RandomAccess.Read(place.File, bytes.AsSpan(read), place.Offset + read);
            if (more == 0) throw new EndOfStreamException("A file of results has become shorter while it was in use.");
            read += more;
        }

        return BatchLine.Parse(bytes);
    }

    public void Dispose()
    {
        foreach (SafeFileHandle file in _files) file.Dispose();
    }

    /// <summary>The lines of a file that are not blank, and where they begin. A line is valid until the next is asked for.</summary>
    private static IEnumerable<(long Offset, ReadOnlyMemory<byte> Line)> Lines(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        byte[] buffer = new byte[1 << 16];
        long offset = 0; // of the buffer's first byte in the file
        int held = 0;
        while (true)
        {
            int more = file.Read(buffer, held, buffer.Length - held);
            held += more;
            int start = 0;
            while (start < held)
            {
                int length = buffer.AsSpan(start, held - start).IndexOf((byte)'\n');
                if (length < 0 && more > 0) break;
                if (length < 0) length = held - start; // the last line, without an end
                if (!IsBlank(buffer.AsSpan(start, length))) yield return (offset + start, buffer.AsMemory(start, length));
                start = Math.Min(start + length + 1, held);
            }

            if (more == 0) yield break;
            buffer.AsSpan(start, held - start).CopyTo(buffer);
            (offset, held) = (offset + start, held - start);
            if (held == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        }
    }

    private static bool IsBlank(ReadOnlySpan<byte> line) => line.IndexOfAnyExcept(" \t\r"u8) < 0;
}
