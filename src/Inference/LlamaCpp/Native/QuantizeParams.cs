using System.Runtime.InteropServices;

namespace R2Synth.Inference.LlamaCpp.Native;

/// <summary><c>llama_model_quantize_params</c> of v0.5.0, 64 bytes.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct QuantizeParams
{
    /// <summary><c>LLAMA_FTYPE_MOSTLY_F16</c>.</summary>
    public const int MostlyF16 = 1;

    /// <summary><c>LLAMA_FTYPE_MOSTLY_Q4_0</c>.</summary>
    public const int MostlyQ4 = 2;

    /// <summary><c>LLAMA_FTYPE_MOSTLY_Q8_0</c>.</summary>
    public const int MostlyQ8 = 7;

    public int Threads;
    public int FileType;
    public int OutputTensorType;
    public int TokenEmbeddingType;
    public byte AllowRequantize;
    public byte QuantizeOutputTensor;
    public byte OnlyCopy;
    public byte Pure;
    public byte KeepSplit;
    public byte DryRun;
    public nint ImportanceMatrix;
    public nint KeyValueOverrides;
    public nint TensorTypeOverrides;
    public nint PruneLayers;
    public int Reserved1;
    public int Reserved2;
}
