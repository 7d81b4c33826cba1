using R2Synth.Inference;
using R2Synth.Inference.LlamaCpp;

namespace R2Synth.Bench;

/// <summary>Judged pairs a second: query likelihood and relevance from one pass, from two prompts, and for several queries on one passage.</summary>
internal static class Judging
{
    private const int Passages = 8;
    private static readonly string[] Labels = [" yes", " no"];

    public static async Task RunAsync(BenchedModel model, Report report)
    {
        await using LlamaEngine whole = model.Engine(sequences: 1, share: false);
        LlamaCppScorer apart = new(whole);
        Rate two = await report.MeasureAsync("judge by two prompts", "pairs", async () =>
        {
            for (int i = 0; i < Passages; i++)
            {
                await apart.ScoreAsync(Prefix(i), [new Continuation { Lead = "\nQuery:", Text = " " + Texts.Queries[0] }]);
                await apart.ScoreAsync(Prefix(i), [new Continuation { Lead = $"\nQuery: {Texts.Queries[0]}", Text = "", Then = "\nRelevant:", Labels = Labels }]);
            }

            return Passages;
        });
        await using LlamaEngine shared = model.Engine(sequences: 1);
        LlamaCppScorer scorer = new(shared);
        await report.MeasureAsync("judge by one pass", "pairs", () => OnePassAsync(scorer, 0, Texts.Queries[..1]), two);
        await report.MeasureAsync("judge by one pass, 4 queries a passage", "pairs", () => OnePassAsync(scorer, Passages, Texts.Queries), two);
    }

    private static async Task<double> OnePassAsync(LlamaCppScorer scorer, int from, string[] queries)
    {
        for (int i = from; i < from + Passages; i++)
            await scorer.ScoreAsync(Prefix(i), [.. queries.Select(query => new Continuation { Lead = "\nQuery:", Text = " " + query, Then = "\nRelevant:", Labels = Labels })]);
        return Passages * queries.Length;
    }

    private static string Prefix(int i) => $"Passage: {Texts.Passage(i)}";
}
