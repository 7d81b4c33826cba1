using System.Globalization;
using R2Synth.Inference.LlamaCpp;
using R2Synth.Records;

namespace R2Synth.Inference.Tests.LlamaCpp;

[Collection("model")]
public sealed class ModelFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("r2synth-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_missing_file_is_named()
    {
        string message = await RefusedAsync("none.gguf");
        Assert.Contains("R2Synth:Backends:test:Model", message, StringComparison.Ordinal);
        Assert.Contains("none.gguf", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_foreign_file_is_no_GGUF()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder, "notes.gguf"), "hello");
        Assert.Contains("is not a GGUF file: it has 5 bytes and begins with 68656C6C", await RefusedAsync("notes.gguf"), StringComparison.Ordinal);
        await File.WriteAllTextAsync(Path.Combine(_folder, "empty.gguf"), "");
        Assert.Contains("begins with nothing", await RefusedAsync("empty.gguf"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cut_file_differs_from_its_checksum_and_both_are_named()
    {
        await CutAsync();
        string expected = (await File.ReadAllLinesAsync(Path.Combine(TestModels.Folder, ModelFile.ChecksumList)))
            .Single(line => line.EndsWith(TestModels.Embedder, StringComparison.Ordinal)).Split(' ')[0];
        File.Copy(Path.Combine(TestModels.Folder, ModelFile.ChecksumList), Path.Combine(_folder, ModelFile.ChecksumList));
        string message = await RefusedAsync(TestModels.Embedder);
        Assert.Contains(expected, message, StringComparison.Ordinal);
        Assert.Contains(await ContentHash.OfFileAsync(Path.Combine(_folder, TestModels.Embedder)), message, StringComparison.Ordinal);
        Assert.Contains(20_000_000.ToString("N0", CultureInfo.InvariantCulture), message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cut_file_without_a_checksum_is_refused_with_both_sizes()
    {
        await CutAsync();
        string message = await RefusedAsync(TestModels.Embedder);
        Assert.EndsWith("is cut short: its 101 tensors end at byte 25,285,312, and the file has 20,000,000 bytes. Fetch the file again.", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Settings_for_servers_are_refused()
    {
        BackendOptions options = TestModels.Options(TestModels.Writer);
        options.Endpoints.Add(new EndpointOptions());
        options.Retries = 1;
        var error = await Assert.ThrowsAsync<InputException>(() => BackendFactory.OpenAsync("test", options, TestModels.Folder));
        Assert.Contains("Endpoints, Retries does not apply", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_type_to_requantize_to_is_refused()
    {
        BackendOptions options = TestModels.Options(TestModels.Writer);
        options.Requantize = "Q3_K";
        var error = await Assert.ThrowsAsync<InputException>(() => BackendFactory.OpenAsync("test", options, TestModels.Folder));
        Assert.Equal("Setting R2Synth:Backends:test:Requantize is 'Q3_K'. It takes Q8_0, or nothing.", error.Message);
    }

    [Theory]
    [InlineData(true, true, "f16", "FlashAttention is true, but the same call gives the same bits only with FlashAttention false and KvType f16. Set SameBits to false to take the faster arithmetic, or leave it out.")]
    [InlineData(true, false, "q8_0", "KvType is q8_0, but the same call gives the same bits only with FlashAttention false and KvType f16. Set SameBits to false to take the faster arithmetic, or leave it out.")]
    [InlineData(false, false, "q8_0", "KvType is q8_0, which llama.cpp computes with flash attention only. Set FlashAttention to true, or KvType to f16.")]
    [InlineData(false, true, "q5", "KvType is 'q5'. It takes f16, f32, q8_0.")]
    public async Task Arithmetic_that_cannot_be_is_refused(bool sameBits, bool flashAttention, string kvType, string expected)
    {
        BackendOptions options = TestModels.Options(TestModels.Writer);
        (options.SameBits, options.FlashAttention, options.KvType) = (sameBits, flashAttention, kvType);
        var error = await Assert.ThrowsAsync<InputException>(() => BackendFactory.OpenAsync("test", options, TestModels.Folder));
        Assert.Equal($"Setting R2Synth:Backends:test:{expected}", error.Message);
    }

    [Theory]
    [InlineData(1024, 512, "LongContextTokens is 512 and ContextTokens 1024. The long sequences must be longer; raise it, or leave it out.")]
    [InlineData(512, 9000, "LongContextTokens is 9000, but SmolLM2-135M-Instruct-Q4_1.gguf was trained for 8192. Lower it.")]
    [InlineData(9000, null, "ContextTokens is 9000, but SmolLM2-135M-Instruct-Q4_1.gguf was trained for 8192. Lower it.")]
    public async Task Sizes_that_cannot_be_are_refused(int context, int? longContext, string expected)
    {
        BackendOptions options = TestModels.Options(TestModels.Writer);
        (options.ContextTokens, options.LongContextTokens) = (context, longContext);
        var error = await Assert.ThrowsAsync<InputException>(() => BackendFactory.OpenAsync("test", options, TestModels.Folder));
        Assert.Equal($"Setting R2Synth:Backends:test:{expected}", error.Message);
    }

    private async Task CutAsync()
    {
        await using FileStream from = File.OpenRead(Path.Combine(TestModels.Folder, TestModels.Embedder));
        byte[] bytes = new byte[20_000_000];
        await from.ReadExactlyAsync(bytes);
        await File.WriteAllBytesAsync(Path.Combine(_folder, TestModels.Embedder), bytes);
    }

    private async Task<string> RefusedAsync(string file) =>
        (await Assert.ThrowsAsync<InputException>(() => BackendFactory.OpenAsync("test", TestModels.Options(file), _folder))).Message;
}
