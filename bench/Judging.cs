using R2Synth.Inference;
using R2Synth.Inference.LlamaCpp;

namespace R2Synth.Bench;

/// <summary>Scored tokens a second against a bare loop; judged pairs a second by two prompts, by one pass, and for several queries on one passage with and without a shared prefix.</summary>
internal static class Judging
{
    private const int Passages = 4;
    private const int Scored = 6;
    private static readonly string[] Labels = [" yes", " no"];

    public static async Task RunAsync(BenchedModel model, Report report)
    {
        await using LlamaEngine engine = model.Engine(sequences: 1);
        LlamaCppScorer scorer = new(engine);
        using LlamaContext context = model.BareContext(1 + BenchedModel.KeptPrompts);
        int bare = 100;
        int scored = bare; // new passages each round, the same for both: the engine keeps what it has read
        await report.CompareAsync("score continuations", "tokens", () => Bare(context, model.Tokenizer, bare += Scored), () => ScoreAsync(scorer, scored += Scored));

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
        await report.MeasureAsync("judge by one pass", "pairs", () => OnePassAsync(scorer, 0, Texts.Queries[..1]), two);
        Rate read = await report.MeasureAsync("judge by one pass, 4 queries a passage, each read whole", "pairs", () => OnePassAsync(apart, Passages, Texts.Queries), two);
        await report.MeasureAsync("judge by one pass, 4 queries a passage, prefix shared (ratio to whole)", "pairs", () => OnePassAsync(scorer, Passages, Texts.Queries), read);
    }

    private static async Task<double> OnePassAsync(LlamaCppScorer scorer, int from, string[] queries)
    {
        for (int i = from; i < from + Passages; i++)
            await scorer.ScoreAsync(Prefix(i), [.. queries.Select(query => new Continuation { Lead = "\nQuery:", Text = " " + query, Then = "\nRelevant:", Labels = Labels })]);
        return Passages * queries.Length;
    }

    // Eight continuations on each passage: every token of them is scored.
    private static async Task<double> ScoreAsync(LlamaCppScorer scorer, int from)
    {
        double tokens = 0;
        for (int i = from; i < from + Scored; i++)
        {
            IReadOnlyList<ContinuationScore> scores = await scorer.ScoreAsync(Prefix(i), [.. Texts.Queries.Concat(Texts.Queries).Select(query => new Continuation { Text = $"\nQuery: {query}" })]);
            tokens += scores.Sum(score => score.Tokens);
        }

        return tokens;
    }

    private static double Bare(LlamaContext context, Tokenizer tokenizer, int from)
    {
        double tokens = 0;
        for (int i = from; i < from + Scored; i++)
        {
            int[] prefix = tokenizer.Encode(Prefix(i));
            int start = 0; // the first continuation comes in one batch with the prefix, the others go on from its last but one token
            foreach (string query in Texts.Queries.Concat(Texts.Queries))
            {
                int[] text = tokenizer.EncodePiece($"\nQuery: {query}");
                context.Truncate(0, start);
                context.Begin();
                for (int at = start; at < prefix.Length + text.Length; at++)
                    context.Add(at < prefix.Length ? prefix[at] : text[at - prefix.Length], at, 0, at >= prefix.Length - 1 && at < prefix.Length + text.Length - 1);
                context.Compute();
                tokens += text.Length;
                start = prefix.Length - 1;
            }
        }

        return tokens;
    }

    private static string Prefix(int i) => $"Passage: {Texts.Passage(i)}";
}
