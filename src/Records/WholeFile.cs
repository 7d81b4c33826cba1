using System.Globalization;
using System.Text;

namespace R2Synth.Records;

/// <summary>A file that appears whole or not at all: written under a temporary name in its folder, flushed to the disk, then moved.</summary>
public sealed class WholeFile : IAsyncDisposable
{
    /// <summary>What a file is called while it is written: its name with this at the end.</summary>
    public const string TemporarySuffix = ".tmp";

    private readonly string _path;
    private readonly FileStream _stream;
    private bool _closed;

    private WholeFile(string path, FileStream stream) => (_path, _stream) = (path, stream);

    /// <summary>Where to write.</summary>
    public Stream Stream => _stream;

    /// <summary>Writes a file in one go.</summary>
    /// <param name="path">The file; its folder is made, one of that name is replaced.</param>
    /// <param name="write">Writes the content; need not dispose of the stream, and must not.</param>
    /// <exception cref="InputException">It cannot be written. No file is left behind, and an older one stays.</exception>
    public static async Task WriteAsync(string path, Func<Stream, Task> write)
    {
        await using WholeFile file = Create(path);
        await GuardAsync(path, () => write(file.Stream));
        await file.CompleteAsync(CancellationToken.None);
    }

    /// <summary>Writes a file that one can do without.</summary>
    /// <param name="path">The file; its folder is made, one of that name is replaced.</param>
    /// <param name="write">Writes the content; what it throws beside a failure of the disk goes to the caller.</param>
    /// <returns>False where the disk does not take it. No file is left behind, and an older one stays.</returns>
    public static async Task<bool> TryWriteAsync(string path, Func<FileStream, Task> write)
    {
        WholeFile file;
        try
        {
            file = Create(path);
        }
        catch (InputException)
        {
            return false;
        }

        await using (file)
        {
            try
            {
                await write(file._stream);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return false;
            }

            try
            {
                await file.CompleteAsync(CancellationToken.None);
                return true;
            }
            catch (InputException)
            {
                return false;
            }
        }
    }

    /// <summary>Writes text as UTF-8 without a byte order mark.</summary>
    /// <inheritdoc cref="WriteAsync(string, Func{Stream, Task})"/>
    public static Task WriteTextAsync(string path, string text) => WriteAsync(path, stream => stream.WriteAsync(Encoding.UTF8.GetBytes(text)).AsTask());

    /// <summary>Opens the temporary file; makes its folder where there is none.</summary>
    /// <exception cref="InputException">It cannot be written.</exception>
    public static WholeFile Create(string path) => Guard(path, () =>
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path)) ?? path);
        return new WholeFile(path, new FileStream(path + TemporarySuffix, FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16, FileOptions.Asynchronous));
    });

    /// <summary>Flushes and gives the file its name, over an older one.</summary>
    /// <exception cref="InputException">It cannot be written; the temporary file goes when this is disposed.</exception>
    public Task CompleteAsync(CancellationToken cancellationToken) => GuardAsync(_path, async () =>
    {
        await _stream.FlushAsync(cancellationToken);
        _stream.Flush(flushToDisk: true);
        await _stream.DisposeAsync();
        File.Move(_path + TemporarySuffix, _path, overwrite: true);
        _closed = true;
    });

    /// <summary>Removes the temporary file where the file was not completed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_closed)
            return;
        _closed = true;
        try
        {
            await _stream.DisposeAsync();
        }
        catch (IOException)
        {
            // The flush on closing fails once more on a full disk; the file goes anyway.
        }

        File.Delete(_path + TemporarySuffix);
    }

    /// <summary>Runs a write; a failure of the disk becomes a message that names the file and the free space.</summary>
    public static async Task GuardAsync(string path, Func<Task> write)
    {
        try
        {
            await write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(path, e);
        }
    }

    /// <inheritdoc cref="GuardAsync"/>
    public static void Guard(string path, Action write) => Guard(path, () =>
    {
        write();
        return true;
    });

    private static T Guard<T>(string path, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(path, e);
        }
    }

    /// <summary>How much room there is where a file lies or will lie, in words.</summary>
    public static string FreeSpace(string path)
    {
        try
        {
            string? folder = Path.GetFullPath(path);
            while (folder is not null && !Directory.Exists(folder))
                folder = Path.GetDirectoryName(folder);
            return folder is null ? "free space not known" : string.Create(CultureInfo.InvariantCulture, $"{new DriveInfo(folder).AvailableFreeSpace / 1048576.0:0.0} MiB free");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "free space not known";
        }
    }

    private static InputException CannotWrite(string path, Exception e) =>
        new($"{path}: cannot be written: {e.Message.TrimEnd('.')} ({FreeSpace(path)}). Make room, or choose another folder, then run the same command again; what was finished before is kept.", e);
}
