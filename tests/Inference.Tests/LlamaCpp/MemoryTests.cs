using System.Diagnostics;
using Microsoft.Extensions.AI;
using R2Synth.Inference.LlamaCpp;

namespace R2Synth.Inference.Tests.LlamaCpp;

[Collection("model")]
public sealed class MemoryTests
{
    [Fact]
    public async Task Both_shipped_models_at_their_default_sizes_take_less_than_1400_MB()
    {
        long before = WorkingSet(); // other tests have left theirs
        await using LlamaCppBackend writer = await TestModels.OpenAsync(context: null, change: options => options.LongSequences = null);
        await using LlamaCppBackend embedder = await TestModels.OpenAsync(TestModels.Embedder, context: null);
        Assert.Equal((4096, 32), (writer.ContextTokens, writer.Concurrency));
        await writer.Chat!.GetResponseAsync("Hello", new ChatOptions { MaxOutputTokens = 2 });
        await writer.Chat!.GetResponseAsync("Hello", new ChatOptions { MaxOutputTokens = 1100, StopSequences = [" "] }); // goes to the long sequences
        Assert.True(writer.Engine!.HasLong);
        await embedder.Embeddings!.GenerateAsync(["Hello"]);
        Assert.InRange(WorkingSet() - before, long.MinValue, 1_400_000_000);
    }

    private static long WorkingSet()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
