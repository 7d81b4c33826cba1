using System.Runtime.InteropServices;

namespace R2Synth.Inference.LlamaCpp.Native;

/// <summary><c>llama_token_data</c>, 12 bytes: a token with its logit.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TokenData
{
    public int Id;
    public float Logit;
    public float Probability;
}
