namespace R2Synth.Inference.LlamaCpp;

/// <summary>Cores that compute: a second hardware thread of a core only gets in the way of matrix products.</summary>
internal static class PhysicalCores
{
    /// <summary>Physical cores, at most the processors that this process may use; those where the cores cannot be told.</summary>
    internal static int Count()
    {
        int processors = Environment.ProcessorCount;
        const string Folder = "/sys/devices/system/cpu";
        if (!OperatingSystem.IsLinux() || !Directory.Exists(Folder))
            return processors;

        try
        {
            int cores = Directory.EnumerateDirectories(Folder, "cpu*")
                .Select(cpu => Path.Combine(cpu, "topology", "thread_siblings_list"))
                .Where(File.Exists)
                .Select(File.ReadAllText)
                .Distinct(StringComparer.Ordinal)
                .Count();
            return cores == 0 ? processors : Math.Min(cores, processors);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return processors;
        }
    }
}
