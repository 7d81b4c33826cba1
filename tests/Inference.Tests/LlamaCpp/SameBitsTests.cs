using System.IO.Hashing;
using System.Runtime.InteropServices;
using R2Synth.Inference.LlamaCpp;
using R2Synth.Inference.LlamaCpp.Native;
using R2Synth.Records;

namespace R2Synth.Inference.Tests.LlamaCpp;

/// <summary>docs/decisions/0001-same-bits.md: a reply and a score do not depend on the company, the threads or where the prefix came from.</summary>
[Collection("model")]
public sealed class SameBitsTests
{
    private const int Replies = 9;
    private const int Scores = 3;

    private sealed record Trace(string Text, IReadOnlyList<ulong> Logits);

    [Fact]
    public Task Replies_and_scores_are_the_same_bits_in_any_company()
    {
        LlamaLibrary.Load(null);
        return CompareAsync(Path.Combine(TestModels.Folder, TestModels.Writer), rounds: 1);
    }

    /// <summary>The same for weights that take other kernels. Makes the copy first: up to 270 MB in a temporary folder.</summary>
    [Theory]
    [InlineData(RequantizedModel.Type)]
    [InlineData("Q4_0")]
    [InlineData("F16")]
    [Trait("Speed", "Slow")]
    public async Task So_they_are_with_a_requantized_copy(string type)
    {
        LlamaLibrary.Load(null);
        ModelFile source = await ModelFile.OpenAsync("test", Path.Combine(TestModels.Folder, TestModels.Writer), CancellationToken.None);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("r2synth-");
        try
        {
            string copy = RequantizedModel.Make(source, type, folder.FullName);
            Assert.Equal(copy, RequantizedModel.Make(source, type, folder.FullName));
            Assert.Equal(copy, Assert.Single(Directory.GetFiles(folder.FullName)));
            await CompareAsync(copy, rounds: 2);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task CompareAsync(string path, int rounds)
    {
        using LlamaModel model = LlamaModel.Load(path, 0);
        List<Trace> replies = [];
        List<IReadOnlyList<ContinuationScore>> scores = [];
        await using (LlamaEngine alone = new(model, new EngineSettings { ContextTokens = 512, Sequences = 1, Threads = 1, SharePrefixes = false }))
        {
            for (int i = 0; i < Replies; i++)
                replies.Add(await ReplyAsync(alone, i));
            for (int i = 0; i < Scores; i++)
                scores.Add(await ScoreAsync(alone, i));
        }

        // Two threads spin while they wait for each other, which takes long on a busy machine: they get a part of the work.
        await using (LlamaEngine threaded = new(model, new EngineSettings { ContextTokens = 512, Sequences = 3, Threads = 2 }))
        {
            await Task.WhenAll(Enumerable.Range(1, 3).Select(async i => Same(replies[i], await ReplyAsync(threaded, i))));
            Same(scores[0], await ScoreAsync(threaded, 0));
        }

        await using LlamaEngine together = new(model, new EngineSettings { ContextTokens = 512, Sequences = 8, Threads = 1 });
        UnitSeed chance = new(1, "company", 0);
        for (int round = 0; round < rounds; round++)
        {
            int[] order = [.. Enumerable.Range(0, Replies + Scores)];
            chance.Shuffle(order.AsSpan());
            // All at once: the engine mixes prompts, scores and steps as they come.
            await Task.WhenAll(order.Select(async i =>
            {
                if (i < Replies)
                    Same(replies[i], await ReplyAsync(together, i));
                else
                    Same(scores[i - Replies], await ScoreAsync(together, i - Replies));
            }));
        }

        Assert.True(together.PromptTokens.Shared * 2 > together.PromptTokens.Computed, "prefixes were hardly shared");
        Assert.True(together.Decoded.Tokens > together.Decoded.Steps * 2, "steps were hardly shared");
    }

    // Prompts and replies of many lengths; some share a prefix, some a whole prompt, one has a single token.
    private static async Task<Trace> ReplyAsync(LlamaEngine engine, int i)
    {
        List<ulong> hashes = [];
        string prompt = i == 7 ? "A" : i % 3 == 2 ? TestModels.Passages[i % 8] : TestModels.Prompt(TestModels.Passages[i % 4]);
        Generation reply = await engine.GenerateAsync(
            new GenerateRequest
            {
                Prompt = engine.Tokenizer.Encode(prompt),
                MaxTokens = 3 + (i * 5 % 14),
                Stops = ["\n\n"u8.ToArray()],
                Sampling = new SamplingOptions { Seed = i, Temperature = i % 4 == 0 ? 0 : 0.9f },
                Observer = logits => hashes.Add(XxHash64.HashToUInt64(MemoryMarshal.AsBytes(logits))),
            },
            CancellationToken.None);
        return new Trace(reply.Text, hashes);
    }

    private static Task<IReadOnlyList<ContinuationScore>> ScoreAsync(LlamaEngine engine, int i)
    {
        string prefix = i % 2 == 0 ? $"Passage: {TestModels.Passages[i % 4]}" : TestModels.Prompt(TestModels.Passages[i % 4]);
        return new LlamaCppScorer(engine).ScoreAsync(
            prefix,
            [.. TestModels.Passages[..3].Select((passage, n) => new Continuation
            {
                Lead = n % 2 == 0 ? "\nQuery:" : "",
                Text = " " + string.Join(' ', passage.Split(' ')[..(1 + (3 * n))]),
                Then = n == 2 ? "" : "\nRelevant:",
                Labels = n == 1 ? [] : [" yes", " no"],
            })]);
    }

    private static void Same(Trace expected, Trace found)
    {
        Assert.Equal(expected.Text, found.Text);
        Assert.Equal(expected.Logits, found.Logits);
    }

    private static void Same(IReadOnlyList<ContinuationScore> expected, IReadOnlyList<ContinuationScore> found)
    {
        Assert.Equal(expected.Select(s => s.LogLikelihood), found.Select(s => s.LogLikelihood));
        Assert.Equal(expected.SelectMany(s => s.Labels), found.SelectMany(s => s.Labels));
    }
}
