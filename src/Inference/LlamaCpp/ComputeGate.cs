namespace R2Synth.Inference.LlamaCpp;

/// <summary>
/// One native computation at a time in this process: llama.cpp's threads spin while they wait for each other, so two contexts on the same cores
/// cost more than one after the other.
/// </summary>
internal static class ComputeGate
{
    internal static readonly Lock Held = new();
}
