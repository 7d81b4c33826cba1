namespace R2Synth.Records.Output;

/// <summary>A file that appears whole or not at all: written under a temporary name in its folder, flushed to the disk, then moved.</summary>
internal sealed class WholeFile : IAsyncDisposable
{
    /// <summary>What a file is called while it is written: its name with this at the end.</summary>
    public const string TemporarySuffix = ".tmp";

    private readonly string _path;
    private readonly FileStream _stream;
    private bool _closed;

    private WholeFile(string path, FileStream stream) => (_path, _stream) = (path, stream);

    /// <summary>Where to write.</summary>
    public Stream Stream => _stream;

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

    private static InputException CannotWrite(string path, Exception e) =>
        new($"{path}: cannot be written: {e.Message.TrimEnd('.')}.{FreeSpace(path)} Free space or permissions there, or choose another folder; what was finished before is kept.", e);

    private static string FreeSpace(string path)
    {
        try
        {
            string? folder = Path.GetFullPath(path);
            while (folder is not null && !Directory.Exists(folder))
                folder = Path.GetDirectoryName(folder);
            return folder is null ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $" {new DriveInfo(folder).AvailableFreeSpace / 1048576.0:0.0} MiB are free on that disk.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return "";
        }
    }
}
