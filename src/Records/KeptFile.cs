namespace R2Synth.Records;

/// <summary>A file that is made once and kept by what it was made from. It may be deleted at any time, which costs time.</summary>
public static class KeptFile
{
    /// <summary>Opens a file, or makes it.</summary>
    /// <param name="path">The file; its folder is made.</param>
    /// <param name="open">Opens it; null where it is not there, is not whole, or is of something else.</param>
    /// <param name="make">Makes it, whole or not at all, and opens it; null where the disk does not take it.</param>
    /// <returns>Null where it cannot be had: the disk does not take it, or another process is making it now. Then the caller does without it.</returns>
    public static async Task<T?> OpenOrMakeAsync<T>(string path, Func<T?> open, Func<Task<T?>> make)
        where T : class
    {
        if (open() is { } known) return known;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path)) ?? path);
            // Whoever has it open is the one that makes the file. The system takes it from a process that died.
            await using FileStream turn = new(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
            return open() ?? await make();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
