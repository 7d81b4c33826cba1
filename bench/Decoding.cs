using System.Numerics.Tensors;
using R2Synth.Inference.LlamaCpp;

namespace R2Synth.Bench;

/// <summary>Tokens a second of 1 to 32 replies in one batch, and what a bare loop over the same library makes of the same prompts, batch and length.</summary>
internal static class Decoding
{
    private static readonly (int Sequences, int Tokens)[] Rows = [(1, 128), (4, 64), (16, 32), (32, 32)]; // seconds a round, not tenths of one

    public static async Task RunAsync(BenchedModel model, Report report)
    {
        Rate? one = null;
        foreach ((int sequences, int tokens) in Rows)
        {
            int[][] prompts = Prompts(model, sequences);
            await using LlamaEngine engine = model.Engine(sequences, share: false); // the prompts come again
            using LlamaContext context = model.BareContext(sequences + BenchedModel.KeptPrompts); // the engine's, so that memory lies alike
            _ = await EngineAsync(engine, prompts, 2); // the first use of the memory
            _ = Bare(context, prompts, 2);
            Rate rate = await report.CompareAsync($"decode, {sequences} at a time", "tokens", () => Bare(context, prompts, tokens), () => EngineAsync(engine, prompts, tokens), one);
            one ??= rate;
        }
    }

    public static int[][] Prompts(BenchedModel model, int count) =>
        [.. Enumerable.Range(0, count).Select(i => model.Tokenizer.Encode($"{i} {i + 1} {i + 2} {i + 3} {i + 4} {i + 5}"))];

    public static async Task<double> EngineAsync(LlamaEngine engine, int[][] prompts, int steps)
    {
        Generation[] replies = await Task.WhenAll(prompts.Select(prompt => engine.GenerateAsync(
            new GenerateRequest { Prompt = prompt, MaxTokens = steps, Sampling = new SamplingOptions { Temperature = 0 } }, CancellationToken.None)));
        return replies.Sum(reply => reply.Tokens);
    }

    private static double Bare(LlamaContext context, int[][] prompts, int steps)
    {
        int[] next = new int[prompts.Length];
        int tokens = prompts.Length;
        for (int s = 0; s < prompts.Length; s++)
        {
            context.Truncate(s, 0);
            context.Begin();
            for (int i = 0; i < prompts[s].Length; i++)
                context.Add(prompts[s][i], i, s, i == prompts[s].Length - 1);
            context.Compute();
            next[s] = TensorPrimitives.IndexOfMax<float>(context.Logits(prompts[s].Length - 1));
        }

        for (int step = 0; step < steps - 1; step++)
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
