using System.Diagnostics;

namespace R2Synth.Bench;

/// <summary>
/// Rows of a Markdown table: rate by the clock, and by the CPU seconds of this process. On a busy machine only the second one means much, and only
/// with one thread, since two threads burn CPU while they wait for each other.
/// </summary>
internal sealed class Report(TextWriter writer)
{
    public void Title(int threads) => writer.WriteLine($"Threads: {threads}. Read the ratios.");

    public void Section(string identity) => writer.WriteLine($"\n{identity}\n\n| what | units | per second | per CPU second | ratio |\n|---|---|---|---|---|");

    /// <summary>Times one thing.</summary>
    /// <param name="what">The row's name.</param>
    /// <param name="unit">What is counted.</param>
    /// <param name="work">Does it and returns the count.</param>
    /// <param name="baseline">The row that the ratio, by CPU seconds, is taken to; null for none.</param>
    public async Task<Rate> MeasureAsync(string what, string unit, Func<Task<double>> work, Rate? baseline = null)
    {
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        double count = await work();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Rate rate = new(count / seconds, count / (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
        string ratio = baseline is null ? "" : $"{rate.PerCpuSecond / baseline.PerCpuSecond:F2}";
        writer.WriteLine($"| {what} | {count:F0} {unit} | {rate.PerSecond:F1} | {rate.PerCpuSecond:F1} | {ratio} |");
        return rate;
    }

    public void Memory()
    {
        using var process = Process.GetCurrentProcess();
        writer.WriteLine($"\nPeak memory: {process.PeakWorkingSet64 / 1e6:F0} MB");
    }
}
