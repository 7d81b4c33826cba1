using System.Runtime.InteropServices;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>UTF-8 copies of texts for a native call.</summary>
internal sealed unsafe class NativeTexts(int capacity) : IDisposable
{
    private readonly List<nint> _texts = new(capacity);

    internal byte* Add(string text)
    {
        // A zero byte would end the text there.
        nint copy = Marshal.StringToCoTaskMemUTF8(text.Replace('\0', ' '));
        _texts.Add(copy);
        return (byte*)copy;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (nint text in _texts)
            Marshal.FreeCoTaskMem(text);
        _texts.Clear();
    }
}
