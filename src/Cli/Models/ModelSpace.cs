using R2Synth.Cli.Output;
using R2Synth.Records;

namespace R2Synth.Cli.Models;

/// <summary>Room on the disk, looked at before it is filled.</summary>
internal static class ModelSpace
{
    /// <exception cref="InputException">The file's disk has less than so many bytes.</exception>
    public static void Check(string path, long bytes)
    {
        long free = Free(path);
        if (bytes > free)
        {
            throw new InputException($"{Path.GetDirectoryName(path)} has {Figures.Bytes(free)} free, and the model takes {Figures.Bytes(bytes)} more. Make room, or let the folder lie on a larger disk.");
        }
    }

    private static long Free(string path)
    {
        // The drive with the longest root above the path: on Unix the mount.
        string full = Path.GetFullPath(path);
        return DriveInfo.GetDrives().Where(drive => drive.IsReady && full.StartsWith(drive.RootDirectory.FullName, StringComparison.Ordinal))
            .MaxBy(drive => drive.RootDirectory.FullName.Length)?.AvailableFreeSpace ?? long.MaxValue;
    }
}
