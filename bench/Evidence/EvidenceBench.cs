using System.Globalization;
using R2Synth.Bench.Hosted;
using R2Synth.Evaluation;
using R2Synth.Evaluation.Probe;
using R2Synth.Inference.TokenTables;
using R2Synth.Inference;
using R2Synth.Records;

namespace R2Synth.Bench.Evidence;

/// <summary>
/// What the data teaches and which step of it does, as Markdown: <c>gecko</c> runs from each collection's own documents, labelled in every <see cref="Variant"/>, and the probe trained on
/// each; then the mined negatives beside the judgments. Queries and scores are made once: the variants read them from the cache.
/// Flags: <c>--on</c> (judged collections, may repeat), <c>--count</c> (seeds), <c>--candidates</c>, <c>--out</c>, <c>--seeds</c> (of the probe), <c>--threads</c>, <c>--only</c> (letters: p, n),
/// <c>--labels</c> (may repeat: of the variants only those whose name holds one of these).
/// </summary>
internal static class EvidenceBench
{
    private const string Table = "models/all-MiniLM-L6-v2-static-256.safetensors", Vocabulary = "models/all-MiniLM-L6-v2-Q8_0.gguf";

    public static async Task RunAsync(string[] args)
    {
        Flags flags = new(args);
        string output = flags.Text("out") ?? "outputs/evidence";
        string only = flags.Text("only") ?? "pn";
        long[] seeds = [.. Enumerable.Range(1, flags.Number("seeds", 3))];
        StartedProgram program = new(output, flags.Number("count", 300), flags.Number("candidates", 12), flags.Number("threads", 2));
        TokenTable table = await TokenTable.ReadAsync(Table);
        using TextTokenizer tokenizer = await TextTokenizer.OpenAsync(Vocabulary);
        string[] labels = [.. flags.All("labels")];
        Variant[] variants = [.. Variant.All.Where(variant => variant == Variant.Main || labels.Length == 0 || labels.Any(label => variant.Name.Contains(label, StringComparison.OrdinalIgnoreCase)))];
        ProbeRunner runner = new(table, tokenizer, new ProbeOptions());
        foreach (string folder in flags.All("on"))
        {
            JudgedCorpus collection = await JudgedCorpus.ReadAsync(folder);
            if (only.Contains('p')) await ProbeAsync(program, runner, variants, collection, folder, seeds);
            if (only.Contains('n')) await NegativesAsync(program, collection, folder);
        }
    }

    private static async Task ProbeAsync(StartedProgram program, ProbeRunner runner, Variant[] variants, JudgedCorpus collection, string folder, long[] seeds)
    {
        TextWriter report = Console.Out;
        ProbeReport? main = null;
        foreach (Variant variant in variants)
        {
            IReadOnlyList<Group> groups = await program.GeckoAsync(collection.Name, folder, variant);
            ProbeExample[] examples = [.. groups.Select(ProbeExample.Of)];
            if (main is null)
            {
                foreach (bool people in (bool[])[false, true])
                {
                    if (people && collection.Queries.Count < 100) continue; // half of them would say nothing
                    ProbeReport found = runner.Measure(collection, examples, ProbeExample.Titles(groups), people, seeds);
                    main ??= found;
                    await report.WriteLineAsync($"\n### {collection.Name}: {found.Examples} groups, {found.Queries} judged queries{(people ? ", the other half of them for people's pairs" : "")}\n");
                    await report.WriteLineAsync("| system | nDCG@10 | Recall@100 | against untrained | against BM25 | seeds |\n|---|---|---|---|---|---|");
                    foreach (ProbeRow row in found.Rows)
                    {
                        await report.WriteLineAsync($"| {row.System} | {Three(row.Ndcg.Average())} | {Three(row.Recall.Average())} | {Interval(row.AgainstUntrained)} | {Interval(row.AgainstBm25)} | "
                            + $"{(row.SeedNdcg.Count > 1 ? $"{Three(row.SeedNdcg.Min())}-{Three(row.SeedNdcg.Max())}" : "")} |");
                    }

                    await report.WriteLineAsync($"\n{string.Join(' ', found.Beside.Prepend(found.Verdict))}");
                }

                await report.WriteLineAsync("\n| labels | groups | relabelled | nDCG@10 | against untrained | against as shipped | against titles | steps kept by each training |\n|---|---|---|---|---|---|---|---|");
            }

            ProbeReport measured = variant == Variant.Main ? main! : runner.Measure(collection, examples, variant.OwnTitles ? ProbeExample.Titles(groups) : [], people: false, seeds); // the first round set it
            ProbeRow trained = measured.Row("trained")!; // each has one
            PairedDifference? difference = variant == Variant.Main ? null : PairedDifference.Of(trained.Ndcg, main!.Row("trained")!.Ndcg);
            PairedDifference? titles = (measured.Row("titles") ?? main!.Row("titles")) is { } free ? PairedDifference.Of(trained.Ndcg, free.Ndcg) : null;
            int relabelled = groups.Count(group => group.Positives[0].Origin == Origin.Relabelled);
            await report.WriteLineAsync($"| {variant.Name} | {groups.Count} | {relabelled} | {Three(trained.Ndcg.Average())} | {Interval(trained.AgainstUntrained)} | {Interval(difference)} | {Interval(titles)} | {string.Join(' ', measured.Steps)} |");
        }
    }

    // One relevant passage a query is told, the rest of the judgments says what was taken wrongly.
    private static async Task NegativesAsync(StartedProgram program, JudgedCorpus collection, string folder)
    {
        if (collection.Queries.All(query => collection.Qrels.Of(query.Qid).Count(judged => judged.Value > 0) < 2)) return; // nothing is withheld
        await Console.Out.WriteLineAsync($"\n### {collection.Name}: negatives for {collection.Queries.Count} queries of which one relevant passage is told\n");
        await Console.Out.WriteLineAsync("| rule | negatives | relevant after all | share |\n|---|---|---|---|");
        string qrels = program.Write("one.tsv", collection.Name, collection.Queries.Select(query =>
            $"{query.Qid}\t{collection.Qrels.Of(query.Qid).Where(judged => judged.Value > 0).OrderByDescending(judged => judged.Value).ThenBy(judged => judged.Key, StringComparer.Ordinal).First().Key}\t1"));
        foreach (string rule in (string[])["top", "topk-percpos", "topk-marginpos", "nv-retriever", "shifted-topk", "range", "repllama", "bm25", "uniform"])
        {
            LabelCheck labels = new();
            foreach (Group group in await program.MineAsync(collection.Name, folder, qrels, rule)) labels.Add(group, collection.Qrels);
            await Console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"| {rule} | {labels.Negatives} | {labels.FalseNegatives} | {labels.FalseNegativeRate * 100:F1} % |"));
        }
    }

    private static string Three(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);

    private static string Interval(PairedDifference? difference) => difference is null
        ? ""
        : $"{Signed(difference.Mean)} [{Signed(difference.Low)}, {Signed(difference.High)}]";

    // Rounded first: what rounds to zero has no sign but the plus.
    private static string Signed(double value) => (Math.Round(value, 3) + 0.0).ToString("+0.000;-0.000", CultureInfo.InvariantCulture);
}
