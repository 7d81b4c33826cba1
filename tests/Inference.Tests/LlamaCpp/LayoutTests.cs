using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using R2Synth.Inference.LlamaCpp.Native;
using R2Synth.Records;

namespace R2Synth.Inference.Tests.LlamaCpp;

[Collection("model")]
public sealed class LayoutTests
{
    [Fact]
    public void Structures_have_the_sizes_and_offsets_of_release_0_5_0()
    {
        Assert.Equal(160, Unsafe.SizeOf<ContextParams>());
        Assert.Equal(80, Unsafe.SizeOf<ModelParams>());
        Assert.Equal(64, Unsafe.SizeOf<QuantizeParams>());
        Assert.Equal(56, Unsafe.SizeOf<TokenBatch>());
        Assert.Equal(12, Unsafe.SizeOf<TokenData>());
        Assert.Equal(32, Unsafe.SizeOf<TokenDataArray>());
        Assert.Equal(28, Marshal.OffsetOf<ContextParams>(nameof(ContextParams.Threads)));
        Assert.Equal(52, Marshal.OffsetOf<ContextParams>(nameof(ContextParams.FlashAttention)));
        Assert.Equal(104, Marshal.OffsetOf<ContextParams>(nameof(ContextParams.TypeK)));
        Assert.Equal(133, Marshal.OffsetOf<ContextParams>(nameof(ContextParams.KvUnified)));
        Assert.Equal(16, Marshal.OffsetOf<ModelParams>(nameof(ModelParams.GpuLayers)));
        Assert.Equal(74, Marshal.OffsetOf<ModelParams>(nameof(ModelParams.UseExtraBuffers)));
        Assert.Equal(16, Marshal.OffsetOf<QuantizeParams>(nameof(QuantizeParams.AllowRequantize)));
    }

    [Fact]
    public void The_librarys_defaults_read_back_through_them()
    {
        LlamaLibrary.Load(null);
        Assert.Null(AbiCheck.Mismatch());
        QuantizeParams quantize = LlamaApi.QuantizeDefaults();
        Assert.Equal((0, QuantizeParams.MostlyQ8, 0, 1, 0, 0), (quantize.Threads, quantize.FileType, quantize.AllowRequantize, quantize.QuantizeOutputTensor, quantize.OnlyCopy, quantize.DryRun));
        Assert.Contains("llama.cpp 0.5.0", LlamaLibrary.Identity, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_the_libraries_is_refused()
    {
        LlamaLibrary.Load(null);
        var error = Assert.Throws<InputException>(() => LlamaLibrary.Load(Path.GetTempPath()));
        Assert.Contains("Libraries", error.Message, StringComparison.Ordinal);
    }
}
