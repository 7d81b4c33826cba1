using System.Globalization;
using System.Text;
using R2Synth.Records;

namespace R2Synth.Pipeline.Reporting;

/// <summary>Files that appear whole or not at all: written under a temporary name in the same folder, flushed to the disk, moved.</summary>
internal static class AtomicFile
{
    /// <summary>Writes a file; one of that name is replaced.</summary>
    /// <param name="path">The file; its folder is made.</param>
    /// <param name="write">Writes the content; need not dispose of the stream.</param>
    /// <exception cref="InputException">It cannot be written: the message has the file, the cause and the free space. No file is left behind.</exception>
    public static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? ".";
        string temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.part");
        try
        {
            Directory.CreateDirectory(folder);
            await using (FileStream file = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16, FileOptions.Asynchronous))
            {
                await using (Uncloseable stream = new(file))
                {
                    await write(stream);
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception fault)
        {
            Remove(temporary);
            if (fault is IOException or UnauthorizedAccessException)
            {
                throw new InputException($"{path} cannot be written: {fault.Message} ({FreeSpace(path)}). Make room or choose another --out, then run the same command again.", fault);
            }

            throw;
        }
    }

    /// <summary>Writes text as UTF-8 without a byte order mark.</summary>
    /// <inheritdoc cref="WriteAsync(string, Func{Stream, Task})"/>
    public static Task WriteTextAsync(string path, string text) => WriteAsync(path, stream => stream.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask());

    /// <summary>How much room there is where a file lies, in words.</summary>
    public static string FreeSpace(string path)
    {
        try
        {
            double megabytes = new DriveInfo(Path.GetFullPath(path)).AvailableFreeSpace / 1e6;
            return $"{megabytes.ToString("N0", CultureInfo.InvariantCulture)} MB free";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "free space not known";
        }
    }

    private static void Remove(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            // The first fault tells more; the next run writes over the rest.
        }
    }

    /// <summary>Parquet and JSON writers close what they are given; the flush to the disk still needs it.</summary>
    private sealed class Uncloseable(Stream inner) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => inner.CanSeek;

        public override bool CanWrite => true;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => inner.Position = value;
        }

        public override void Flush() => inner.Flush();

        public override Task FlushAsync(CancellationToken cancellationToken) => inner.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => inner.Seek(offset, origin);

        public override void SetLength(long value) => inner.SetLength(value);

        public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

        public override void Write(ReadOnlySpan<byte> buffer) => inner.Write(buffer);

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            inner.WriteAsync(buffer, offset, count, cancellationToken);

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => inner.WriteAsync(buffer, cancellationToken);
    }
}
