using R2Synth.Inference.LlamaCpp;

namespace R2Synth.Bench;

/// <summary>What the settings bring that give up the same bits: flash attention, and keys and values in 8 bits.</summary>
internal static class Faster
{
    private const int Tokens = 32;

    public static async Task RunAsync(BenchedModel model, Report report)
    {
        int[][] steps = Decoding.Prompts(model, BenchedModel.Sequences);
        int[][] prompts = [.. Enumerable.Range(0, 3).Select(i => model.Tokenizer.Encode($"{Texts.Examples}Passage: {Texts.Passage(i)}\nSearch query:"))];
        await using LlamaEngine usual = model.Engine(share: false);
        Rate decode = await report.MeasureAsync("decode, 16 at a time, same bits", "tokens", () => Decoding.EngineAsync(usual, steps, Tokens));
        Rate read = await report.MeasureAsync("read prompts, same bits", "tokens", () => Prefixes.ReadAsync(usual, prompts));
        foreach (string type in (string[])["f16", "q8_0"])
        {
            await using LlamaEngine engine = model.FastEngine(type);
            await report.MeasureAsync($"decode, 16 at a time, flash attention, kv {type}", "tokens", () => Decoding.EngineAsync(engine, steps, Tokens), decode);
            await report.MeasureAsync($"read prompts, flash attention, kv {type}", "tokens", () => Prefixes.ReadAsync(engine, prompts), read);
        }
    }
}
