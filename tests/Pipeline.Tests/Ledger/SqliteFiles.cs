namespace R2Synth.Pipeline.Tests.Ledger;

/// <summary>What a kill leaves of a SQLite file that is being written.</summary>
internal static class SqliteFiles
{
    /// <summary>Copies the file and its log as they are at this moment. The log is too short to be taken into the file meanwhile.</summary>
    public static void Copy(string from, string to)
    {
        foreach (string suffix in new[] { "", "-wal" })
        {
            if (!File.Exists(from + suffix)) continue;
            using FileStream source = new(from + suffix, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using FileStream copy = File.Create(to + suffix);
            source.CopyTo(copy);
        }
    }
}
