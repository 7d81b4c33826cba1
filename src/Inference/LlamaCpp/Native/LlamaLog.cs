using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace R2Synth.Inference.LlamaCpp.Native;

/// <summary>Keeps the library's last warnings and errors for our own messages, and the terminal quiet.</summary>
internal static unsafe class LlamaLog
{
    private const int Warning = 3;
    private const int Error = 4;
    private const int Kept = 6;
    private static readonly Lock Gate = new();
    private static readonly Queue<string> Lines = new();

    internal static void Attach() => LlamaApi.LogSet(&OnLine, 0);

    /// <summary>Forgets what was said, so that the next <see cref="Last"/> tells of one attempt only.</summary>
    internal static void Clear()
    {
        lock (Gate)
            Lines.Clear();
    }

    /// <summary>The last lines, oldest first; empty when there was none.</summary>
    internal static string Last()
    {
        lock (Gate)
            return string.Join("; ", Lines);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnLine(int level, byte* text, nint data)
    {
        if (level is not (Warning or Error))
            return;

        string line = Marshal.PtrToStringUTF8((nint)text)?.Trim() ?? "";
        lock (Gate)
        {
            Lines.Enqueue(line);
            if (Lines.Count > Kept)
                Lines.Dequeue();
        }
    }
}
