using R2Synth.Inference.LlamaCpp;
using R2Synth.Records;

namespace R2Synth.Inference.Tests.LlamaCpp;

public sealed class GgufHeaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("r2synth-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void It_says_what_the_shipped_models_are()
    {
        var writer = GgufHeader.Read(Path.Combine(TestModels.Folder, TestModels.Writer));
        Assert.Equal(("llama", "Q4_1", 8192, 134_515_008L), (writer.Architecture, writer.Quantization, writer.TrainedContext, writer.Parameters));
        Assert.Equal((false, false, 98_362_432L, null), (writer.Embeds, writer.Recurrent, writer.NeededBytes, writer.Split));
        Assert.Contains("<|im_start|>", writer.ChatTemplate, StringComparison.Ordinal);
        writer.CheckWhole();

        var embedder = GgufHeader.Read(Path.Combine(TestModels.Folder, TestModels.Embedder));
        Assert.Equal(("bert", "Q8_0", 512, true, null), (embedder.Architecture, embedder.Quantization, embedder.TrainedContext, embedder.Embeds, embedder.ChatTemplate));
        embedder.CheckWhole();
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused_with_both_sizes()
    {
        byte[] whole = File.ReadAllBytes(Path.Combine(TestModels.Folder, TestModels.Embedder));
        int data = (int)GgufHeader.Read(Path.Combine(TestModels.Folder, TestModels.Embedder)).DataOffset;
        string file = Path.Combine(_folder, "cut.gguf");
        foreach (int length in (ReadOnlySpan<int>)[6, 20, 40, 500, data / 2, data - 40])
        {
            File.WriteAllBytes(file, whole[..length]);
            var error = Assert.Throws<InputException>(() => GgufHeader.Read(file));
            Assert.Contains("is cut short or damaged: its header breaks off at byte", error.Message, StringComparison.Ordinal);
            Assert.Contains(FormattableString.Invariant($" of {length:N0}. Fetch the file again."), error.Message, StringComparison.Ordinal);
        }

        File.WriteAllBytes(file, whole[..^1]);
        Assert.Contains("end at byte 25,285,312, and the file has 25,285,311 bytes", Assert.Throws<InputException>(GgufHeader.Read(file).CheckWhole).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_bytes_give_a_header_or_a_reason()
    {
        byte[] head = File.ReadAllBytes(Path.Combine(TestModels.Folder, TestModels.Embedder))[..4096];
        string file = Path.Combine(_folder, "noise.gguf");
        UnitSeed chance = new(5, "noise", 0);
        for (int i = 0; i < 200; i++)
        {
            byte[] noisy = [.. head];
            for (int n = 0; n < 3; n++)
                noisy[4 + chance.Next(200)] = (byte)chance.Next(256);
            File.WriteAllBytes(file, noisy);
            Exception? error = Record.Exception(() => GgufHeader.Read(file));
            Assert.True(error is null or InputException, error?.ToString());
        }
    }

    [Fact]
    public void Another_version_is_named()
    {
        string file = Path.Combine(_folder, "old.gguf");
        File.WriteAllBytes(file, [.. "GGUF"u8, 1, 0, 0, 0, 0, 0, 0, 0]);
        Assert.EndsWith("is a GGUF of version 1. Supported: 2 and 3, little-endian.", Assert.Throws<InputException>(() => GgufHeader.Read(file)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(file, [.. "GGUF"u8, 0, 0, 0, 3, 0, 0, 0, 0]);
        Assert.Contains("version 3 for big-endian machines", Assert.Throws<InputException>(() => GgufHeader.Read(file)).Message, StringComparison.Ordinal);
    }
}
