namespace R2Synth.Bench;

internal sealed record Rate(double PerSecond, double PerCpuSecond);
