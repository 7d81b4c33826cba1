using System.Runtime.InteropServices;

namespace R2Synth.Inference.LlamaCpp.Native;

/// <summary><c>llama_token_data_array</c>, 32 bytes: what a sampler changes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TokenDataArray
{
    public TokenData* Data;
    public nuint Size;
    public long Selected;
    public byte Sorted;
}
