using System.Numerics.Tensors;
using R2Synth.Inference.LlamaCpp;

namespace R2Synth.Bench;

/// <summary>Tokens a second of one reply and of sixteen, and what a bare loop over the same library makes of the same work.</summary>
internal static class Decoding
{
    private const int Steps = 32;

    public static async Task RunAsync(BenchedModel model, Report report)
    {
        int[][] prompts = [.. Enumerable.Range(0, BenchedModel.Sequences).Select(i => model.Tokenizer.Encode($"{i} {i + 1} {i + 2} {i + 3} {i + 4} {i + 5}"))];
        await using LlamaEngine engine = model.Engine();
        _ = await EngineAsync(engine, prompts[..2]); // the first use of the memory

        Rate one = await report.MeasureAsync("decode, one reply at a time", "tokens", () => EngineAsync(engine, prompts[..1]));
        Rate bare = await report.MeasureAsync("decode, 16 at a time, bare llama_decode loop", "tokens", () => Task.FromResult<double>(Bare(model, prompts)), one);
        await report.MeasureAsync("decode, 16 at a time, engine (ratio to the bare loop)", "tokens", () => EngineAsync(engine, prompts), bare);
    }

    private static async Task<double> EngineAsync(LlamaEngine engine, int[][] prompts)
    {
        Generation[] replies = await Task.WhenAll(prompts.Select(prompt => engine.GenerateAsync(
            new GenerateRequest { Prompt = prompt, MaxTokens = Steps, Sampling = new SamplingOptions { Temperature = 0 } }, CancellationToken.None)));
        return replies.Sum(reply => reply.Tokens);
    }

    private static int Bare(BenchedModel model, int[][] prompts)
    {
        using LlamaContext context = model.BareContext(prompts.Length);
        int[] next = new int[prompts.Length];
        int tokens = prompts.Length;
        for (int s = 0; s < prompts.Length; s++)
        {
            context.Begin();
            for (int i = 0; i < prompts[s].Length; i++)
                context.Add(prompts[s][i], i, s, i == prompts[s].Length - 1);
            context.Compute();
            next[s] = TensorPrimitives.IndexOfMax<float>(context.Logits(prompts[s].Length - 1));
        }

        for (int step = 0; step < Steps - 1; step++)
        {
            context.Begin();
            for (int s = 0; s < prompts.Length; s++)
                context.Add(next[s], prompts[s].Length + step, s, output: true);
            context.Compute();
            for (int s = 0; s < prompts.Length; s++)
                next[s] = TensorPrimitives.IndexOfMax<float>(context.Logits(s));
            tokens += prompts.Length;
        }

        return tokens;
    }
}
