namespace R2Synth.Inference.LlamaCpp;

/// <summary>How keys and values are stored.</summary>
/// <param name="Name">As the settings spell it.</param>
/// <param name="Id">Its <c>ggml_type</c>.</param>
/// <param name="BytesPerValue">Bytes a number.</param>
internal sealed record KvType(string Name, int Id, double BytesPerValue)
{
    internal static readonly KvType Half = new("f16", 1, 2);

    /// <summary>The types that a setting may name.</summary>
    internal static IReadOnlyList<KvType> All { get; } = [Half, new("f32", 0, 4), new("q8_0", 8, 34 / 32.0)];

    /// <summary>Whether llama.cpp computes it in the fused attention only.</summary>
    internal bool NeedsFlashAttention => Name == "q8_0";
}
