using R2Synth.Inference.LlamaCpp;

namespace R2Synth.Bench;

/// <summary>Prompt tokens a second: against a bare loop, with the worked examples computed once, and several short prompts in one batch.</summary>
internal static class Prefixes
{
    private const int Count = 4;

    public static async Task RunAsync(BenchedModel model, Report report)
    {
        int[][] prompts = [.. Enumerable.Range(0, Count).Select(i => model.Tokenizer.Encode($"{Texts.Examples}Passage: {Texts.Passage(i)}\nSearch query:"))];
        await using LlamaEngine whole = model.Engine(share: false);
        using LlamaContext context = model.BareContext(BenchedModel.Sequences + BenchedModel.KeptPrompts);
        _ = await ReadAsync(whole, prompts[..1]);
        _ = Bare(context, prompts[..1], together: false);
        Rate baseline = await report.CompareAsync("read prompts", "tokens", () => Bare(context, prompts, together: false), () => ReadAsync(whole, prompts));
        await using LlamaEngine shared = model.Engine();
        await report.MeasureAsync("read prompts, examples shared (ratio to engine)", "tokens", () => ReadAsync(shared, prompts), baseline);

        int[][] rests = [.. prompts.Select(prompt => prompt[^40..]), .. prompts.Select(prompt => prompt[^44..^4])];
        Rate alone = await report.MeasureAsync("read 8 ends of prompts (40 tokens), each alone, bare", "tokens", () => Task.FromResult(Bare(context, rests, together: false)));
        await report.MeasureAsync("read 8 ends of prompts, all in one batch, bare", "tokens", () => Task.FromResult(Bare(context, rests, together: true)), alone);
    }

    public static async Task<double> ReadAsync(LlamaEngine engine, int[][] prompts)
    {
        await Task.WhenAll(prompts.Select(prompt => engine.GenerateAsync(
            new GenerateRequest { Prompt = prompt, MaxTokens = 1, Sampling = new SamplingOptions { Temperature = 0 } }, CancellationToken.None)));
        return prompts.Sum(prompt => prompt.Length);
    }

    private static double Bare(LlamaContext context, int[][] prompts, bool together)
    {
        context.Begin();
        for (int s = 0; s < prompts.Length; s++)
        {
            context.Truncate(s, 0);
            if (!together)
                context.Begin();
            for (int i = 0; i < prompts[s].Length; i++)
                context.Add(prompts[s][i], i, s, i == prompts[s].Length - 1);
            if (!together)
                context.Compute();
        }

        if (together)
            context.Compute();
        return prompts.Sum(prompt => prompt.Length);
    }
}
