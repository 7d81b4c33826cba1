using System.ComponentModel;
using System.Diagnostics;

namespace R2Synth.EndToEnd.Tests;

/// <summary>A disk of its own that can be filled: a small file system in memory.</summary>
internal sealed class TinyDisk : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private TinyDisk(string folder) => Folder = folder;

    public string Folder { get; }

    /// <summary>Mounts one; null where this user may not, or where there is no such file system.</summary>
    public static TinyDisk? TryMount(int kilobytes)
    {
        string folder = Directory.CreateTempSubdirectory("r2synth-disk-").FullName;
        if (OperatingSystem.IsLinux() && Succeeds("mount", "-t", "tmpfs", "-o", $"size={kilobytes}k", "tmpfs", folder)) return new TinyDisk(folder);
        Directory.Delete(folder);
        return null;
    }

    /// <summary>Takes all the room but for so many bytes.</summary>
    public void FillBut(int bytes)
    {
        long room = new DriveInfo(Folder).AvailableFreeSpace - bytes;
        File.WriteAllBytes(Path.Combine(Folder, "filler"), new byte[Math.Max(0, room)]);
    }

    public void Dispose()
    {
        if (Succeeds("umount", Folder)) Directory.Delete(Folder);
    }

    private static bool Succeeds(string program, params string[] args)
    {
        try
        {
            using Process? process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true });
            return process is not null && process.WaitForExit(Limit) && process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // no such program
        }
    }
}
