namespace R2Synth.Inference.LlamaCpp;

/// <summary>
/// One native computation at a time in this process: llama.cpp's threads spin while they wait for each other, so two contexts on the same cores
/// cost more than one after the other.
/// </summary>
internal static class ComputeGate
{
    internal static readonly Lock Held = new();

    private static readonly TimeSpan ExitPatience = TimeSpan.FromSeconds(5);

    /// <summary>Closes the gate when the process ends: a computation that outlived the library's static memory would crash.</summary>
    internal static void CloseAtExit() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Held.TryEnter(ExitPatience);
}
