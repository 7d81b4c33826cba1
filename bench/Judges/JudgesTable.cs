using R2Synth.Evaluation;
using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Bench.Judges;

/// <summary>One table of judges over the same queries and candidates, and their paired differences.</summary>
internal sealed class JudgesTable(IReadOnlyList<BenchedQuery> queries, IReadOnlyList<Passage> corpus, TextWriter writer)
{
    private readonly List<(string Name, IReadOnlyList<double> Ndcg)> _rows = [];

    public void Head()
    {
        IReadOnlyList<double> retriever =
        [
            .. queries.Select(query => RankingMetrics.Ndcg([.. query.Candidates.Select(passage => new RunEntry(corpus[passage].Docid, 0))], query.Grades, 10)),
        ];
        _rows.Add(("retriever", retriever));
        writer.WriteLine($"{queries.Count} queries, {queries[0].Candidates.Count} candidates.\n");
        writer.WriteLine("| judge | nDCG@10 | AUC | Brier | length bias | position bias | order stability | votes | verdicts, failed | replies | calls made, from the cache | pairs a second, a CPU second |");
        writer.WriteLine("|---|---|---|---|---|---|---|---|---|---|---|---|");
        writer.WriteLine($"| retriever (BM25 + MiniLM) | {retriever.Average():F3} | | | | | | | | | | |");
        writer.Flush();
    }

    public void Row(JudgedPass pass)
    {
        IReadOnlyList<double> ndcg = pass.Ndcg(queries, corpus);
        _rows.Add((pass.Judge, ndcg));
        JudgeQuality quality = JudgeQuality.Measure(
            pass.Judge, [.. queries.Select((query, q) => query.With(pass.Verdicts[q], corpus) with { Orders = pass.Orders[q] })], 1, Miners.Ranking.Judges.Get(pass.Judge).Certain);
        string failed = string.Join(", ", quality.Failed.Select(one => $"{one.Value} {one.Key}"));
        string replies = string.Join(", ", pass.Counts.Replies.Select(one => $"{one.Value} {one.Key}"));
        // A pass that the cache answers says nothing about the model's rate.
        string rate = pass.FromCache > pass.Calls ? "cached" : $"{quality.Verdicts / pass.Seconds:F2}, {quality.Verdicts / pass.CpuSeconds:F2}";
        writer.WriteLine($"| {pass.Judge} | {ndcg.Average():F3} | {Text(quality.Auc)} | {Text(quality.Brier)} | {Text(quality.LengthBias)} | {Text(quality.PositionBias)} | {Text(quality.OrderStability)} | {(quality.CanTell ? "yes" : "no")} "
            + $"| {quality.Verdicts}{(failed.Length > 0 ? ", " + failed : "")} | {replies} | {pass.Calls}, {pass.FromCache} | {rate} |");
        writer.Flush();
    }

    public void Differences()
    {
        writer.WriteLine("\n| nDCG@10 | difference [95 %] | p |\n|---|---|---|");
        for (int second = 0; second < _rows.Count; second++)
        {
            for (int first = second + 1; first < _rows.Count; first++)
            {
                PairedDifference difference = PairedDifference.Of(_rows[first].Ndcg, _rows[second].Ndcg);
                writer.WriteLine($"| {_rows[first].Name} - {_rows[second].Name} | {difference.Mean:+0.000;-0.000;0.000} [{difference.Low:+0.000;-0.000;0.000}, {difference.High:+0.000;-0.000;0.000}] | {difference.PValue:F3} |");
            }
        }

        writer.Flush();
    }

    private static string Text(BootstrapInterval? interval) => interval is { } known ? $"{known.Mean:F3} [{known.Low:F3}, {known.High:F3}]" : "";
}
