using System.Globalization;
using R2Synth.Records;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>Whether a context fits into this machine's memory, before the library asks for it and the system ends the process in the middle of a run.</summary>
internal static class ContextMemory
{
    private const double Megabyte = 1e6;

    /// <summary>Makes sure that a context fits.</summary>
    /// <param name="model">The model's header; its weights count too, since they are read from the same memory.</param>
    /// <param name="contextTokens">Tokens of one stream.</param>
    /// <param name="streams">Streams, the kept ones too.</param>
    /// <param name="type">How keys and values are stored.</param>
    /// <param name="available">Bytes that are free; null where that is not known.</param>
    /// <exception cref="InputException">It does not fit; the message has the numbers and says what to lower.</exception>
    internal static void Check(GgufHeader model, int contextTokens, int streams, KvType type, long? available)
    {
        double context = model.KvBytesPerToken(type) * contextTokens * streams;
        if (available is not { } free || context + model.Bytes <= free)
            return;

        throw new InputException(string.Create(CultureInfo.InvariantCulture,
            $"Too little memory for '{System.IO.Path.GetFileName(model.Path)}': {streams} x {contextTokens} tokens of context take {context / Megabyte:N0} MB and the weights {model.Bytes / Megabyte:N0} MB, but {free / Megabyte:N0} MB are free. {Advice}"));
    }

    /// <summary>What to do about it.</summary>
    internal const string Advice = "Lower the backend's Sequences or ContextTokens (for long requests LongSequences or LongContextTokens), or take a smaller model.";

    /// <summary>Bytes that this process may still take; null where the system does not say.</summary>
    internal static long? Available()
    {
        try
        {
            long? free = null;
            if (File.Exists("/proc/meminfo"))
            {
                string? line = File.ReadLines("/proc/meminfo").FirstOrDefault(text => text.StartsWith("MemAvailable:", StringComparison.Ordinal));
                if (line?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) is [_, string kilobytes, ..])
                    free = long.Parse(kilobytes, CultureInfo.InvariantCulture) * 1024;
            }

            const string Group = "/sys/fs/cgroup/memory.max"; // "max" where the group has no limit
            if (File.Exists(Group) && long.TryParse(File.ReadAllText(Group), CultureInfo.InvariantCulture, out long limit))
                free = Math.Min(free ?? limit, limit);
            return free;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
