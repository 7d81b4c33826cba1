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
        (double count, Rate rate) = await TimeAsync(work);
        Write(what, unit, count, rate, baseline);
        return rate;
    }

    /// <summary>Times the engine and a bare loop that does the same, by turns, so that both meet the same machine; the better of two rounds counts.</summary>
    /// <param name="what">The rows' name.</param>
    /// <param name="unit">What is counted.</param>
    /// <param name="bare">The bare loop.</param>
    /// <param name="engine">The engine; its ratio is to the bare loop.</param>
    /// <param name="baseline">The row that the bare loop's ratio is taken to; null for none.</param>
    /// <returns>The engine's rate.</returns>
    public async Task<Rate> CompareAsync(string what, string unit, Func<double> bare, Func<Task<double>> engine, Rate? baseline = null)
    {
        (double Count, Rate Rate)[] bares = new (double, Rate)[2];
        (double Count, Rate Rate)[] engines = new (double, Rate)[2];
        for (int round = 0; round < 2; round++)
        {
            bares[round] = await TimeAsync(() => Task.FromResult(bare()));
            engines[round] = await TimeAsync(engine);
        }

        (double Count, Rate Rate) best = bares.MaxBy(one => one.Rate.PerCpuSecond);
        (double Count, Rate Rate) ours = engines.MaxBy(one => one.Rate.PerCpuSecond);
        Write($"{what}, bare loop", unit, best.Count, best.Rate, baseline);
        Write($"{what}, engine (ratio to bare)", unit, ours.Count, ours.Rate, best.Rate);
        return ours.Rate;
    }

    private void Write(string what, string unit, double count, Rate rate, Rate? baseline)
    {
        string ratio = baseline is null ? "" : $"{rate.PerCpuSecond / baseline.PerCpuSecond:F2}";
        writer.WriteLine($"| {what} | {count:F0} {unit} | {rate.PerSecond:F1} | {rate.PerCpuSecond:F1} | {ratio} |");
        writer.Flush();
    }

    private static async Task<(double Count, Rate Rate)> TimeAsync(Func<Task<double>> work)
    {
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        double count = await work();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        Rate rate = new(count / seconds, count / (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
        return (count, rate);
    }

    public void Memory()
    {
        using var process = Process.GetCurrentProcess();
        writer.WriteLine($"\nPeak memory: {process.PeakWorkingSet64 / 1e6:F0} MB");
    }
}
