using System.Runtime.InteropServices;
using R2Synth.Cli.Output;

namespace R2Synth.Cli.Diagnosis;

/// <summary>The machine: runtime, disk, permissions.</summary>
internal static class Machine
{
    /// <summary>A run of ten thousand groups with its cache and ledger stays well below this.</summary>
    private const long EnoughBytes = 2L << 30;

    /// <summary>Below this not even a small run ends.</summary>
    private const long TooFewBytes = 100L << 20;

    private const string Probe = ".r2synth-doctor";

    public static DiagnosisLine Runtime() => new(
        DiagnosisLevel.Ok,
        "machine",
        $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}, {Environment.ProcessorCount} cores");

    /// <summary>Whether a file can be written in the folder, or in the nearest folder above that is there.</summary>
    public static DiagnosisLine Writable(string folder)
    {
        string present = Present(folder);
        string probe = Path.Combine(present, Probe);
        try
        {
            File.WriteAllText(probe, "");
            File.Delete(probe);
            return new DiagnosisLine(DiagnosisLevel.Ok, "outputs", $"{present} can be written");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new DiagnosisLine(DiagnosisLevel.Fail, "outputs", $"{present} cannot be written: {e.Message}", "Give yourself the right to write there, or run with --out in another folder and set Cache:Path.");
        }
    }

    public static DiagnosisLine Space(string folder)
    {
        string present = Present(folder);
        long free = new DriveInfo(present).AvailableFreeSpace;
        string message = $"{Figures.Bytes(free)} free at {present}";
        return free >= EnoughBytes ? new DiagnosisLine(DiagnosisLevel.Ok, "disk", message)
            : new DiagnosisLine(free < TooFewBytes ? DiagnosisLevel.Fail : DiagnosisLevel.Warn, "disk", message, "Free some space, or run with --out on another disk.");
    }

    private static string Present(string folder)
    {
        string? present = folder;
        while (present is not null && !Directory.Exists(present)) present = Path.GetDirectoryName(present);
        return present ?? folder;
    }
}
