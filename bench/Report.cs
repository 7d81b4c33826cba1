using System.Diagnostics;

namespace R2Synth.Bench;

/// <summary>
/// Rows of a Markdown table: rate by the clock, and by the CPU seconds of this process. On a busy machine only the second one means much, and only
/// with one thread, since two threads burn CPU while they wait for each other.
/// </summary>
internal sealed class Report(TextWriter writer)
{
    private const int Rounds = 5;

    public void Title(int threads) => writer.WriteLine($"Threads: {threads}. Read the ratios.");

    public void Section(string identity) =>
        writer.WriteLine($"\n{identity}\n\n| what | units | per second | per CPU second | ratio | of rounds |\n|---|---|---|---|---|---|");

    /// <summary>Times one thing.</summary>
    /// <param name="what">The row's name.</param>
    /// <param name="unit">What is counted.</param>
    /// <param name="work">Does it and returns the count.</param>
    /// <param name="baseline">The row that the ratio, by CPU seconds, is taken to; null for none.</param>
    public async Task<Rate> MeasureAsync(string what, string unit, Func<Task<double>> work, Rate? baseline = null)
    {
        Rate rate = await TimeAsync(work);
        Write(what, unit, rate, baseline);
        return rate;
    }

    /// <summary>Times the engine and a bare loop that does the same, by turns, so that both meet the same machine; of the rounds the one with the middle ratio counts.</summary>
    /// <param name="what">The rows' name.</param>
    /// <param name="unit">What is counted.</param>
    /// <param name="bare">The bare loop.</param>
    /// <param name="engine">The engine; its ratio is to the bare loop.</param>
    /// <param name="baseline">The row that the bare loop's ratio is taken to; null for none.</param>
    /// <returns>The engine's rate.</returns>
    public async Task<Rate> CompareAsync(string what, string unit, Func<double> bare, Func<Task<double>> engine, Rate? baseline = null)
    {
        List<(Rate Bare, Rate Engine)> rounds = [];
        for (int round = 0; round < Rounds; round++)
            rounds.Add((await TimeAsync(() => Task.FromResult(bare())), await TimeAsync(engine)));

        rounds.Sort((a, b) => a.Engine.To(a.Bare).CompareTo(b.Engine.To(b.Bare)));
        (Rate bares, Rate engines) = rounds[Rounds / 2];
        Write($"{what}, bare loop", unit, bares, baseline);
        Write($"{what}, engine (ratio to bare)", unit, engines, bares, $"{rounds[0].Engine.To(rounds[0].Bare):F2} to {rounds[^1].Engine.To(rounds[^1].Bare):F2}");
        return engines;
    }

    private void Write(string what, string unit, Rate rate, Rate? baseline, string rounds = "")
    {
        string ratio = baseline is null ? "" : $"{rate.To(baseline):F2}";
        writer.WriteLine($"| {what} | {rate.Count:F0} {unit} | {rate.PerSecond:F1} | {rate.PerCpuSecond:F1} | {ratio} | {rounds} |");
        writer.Flush();
    }

    private static async Task<Rate> TimeAsync(Func<Task<double>> work)
    {
        TimeSpan cpu = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        double count = await work();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return new Rate(count, count / seconds, count / (Environment.CpuUsage.TotalTime - cpu).TotalSeconds);
    }

    public void Memory()
    {
        using var process = Process.GetCurrentProcess();
        writer.WriteLine($"\nPeak memory: {process.PeakWorkingSet64 / 1e6:F0} MB");
    }
}
