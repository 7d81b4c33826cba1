namespace R2Synth.EndToEnd.Tests;

/// <summary>A test that needs a disk which it may fill.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TinyDiskFactAttribute : FactAttribute
{
    private static readonly bool CanMount = Try();

    public TinyDiskFactAttribute()
    {
        if (!CanMount) Skip = "Needs to mount a small file system in memory: Linux, as root, where mounting is allowed.";
    }

    private static bool Try()
    {
        using TinyDisk? disk = TinyDisk.TryMount(kilobytes: 64);
        return disk is not null;
    }
}
