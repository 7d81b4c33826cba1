namespace R2Synth.Bench;

/// <summary>What was counted, by the clock and by the CPU seconds of this process.</summary>
internal sealed record Rate(double Count, double PerSecond, double PerCpuSecond)
{
    public double To(Rate baseline) => PerCpuSecond / baseline.PerCpuSecond;
}
