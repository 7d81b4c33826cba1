using R2Synth.Inference.LlamaCpp;

namespace R2Synth.Bench;

/// <summary>Prompt tokens a second, with the worked examples computed once and with every prompt computed whole.</summary>
internal static class Prefixes
{
    private const int Prompts = 12;

    public static async Task RunAsync(BenchedModel model, Report report)
    {
        await using LlamaEngine whole = model.Engine(share: false);
        Rate baseline = await report.MeasureAsync("read prompts whole", "tokens", () => ReadAsync(whole));
        await using LlamaEngine shared = model.Engine();
        await report.MeasureAsync("read prompts, examples shared", "tokens", () => ReadAsync(shared), baseline);
    }

    private static async Task<double> ReadAsync(LlamaEngine engine)
    {
        int[][] prompts = [.. Enumerable.Range(0, Prompts).Select(i => engine.Tokenizer.Encode($"{Texts.Examples}Passage: {Texts.Passage(i)}\nSearch query:"))];
        await Task.WhenAll(prompts.Select(prompt => engine.GenerateAsync(
            new GenerateRequest { Prompt = prompt, MaxTokens = 1, Sampling = new SamplingOptions { Temperature = 0 } }, CancellationToken.None)));
        return prompts.Sum(prompt => prompt.Length);
    }
}
