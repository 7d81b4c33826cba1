using R2Synth.Records;

namespace R2Synth.Evaluation;

/// <summary>Top-k accuracy by answers: the share of queries of which one of the first k passages holds an answer, as a text.</summary>
/// <remarks>
/// DPR (Karpukhin et al., arXiv 2004.04906, section 5.1). Title and text of a passage are searched; DPR searches the text alone. An answer such as "yes" says little, since it stands in many passages by chance.
/// </remarks>
public static class AnswerAccuracy
{
    private static readonly int[] Depths = [1, 5, 20, 100];

    /// <summary>The names of the metrics: <c>answer@1</c> ...</summary>
    public static IReadOnlyList<string> MetricNames { get; } = [.. Depths.Select(depth => FormattableString.Invariant($"answer@{depth}"))];

    /// <summary>Measures a run.</summary>
    /// <param name="run">The rankings; a query that it lacks counts 0.</param>
    /// <param name="answers">Answers by query; a query without any is left out.</param>
    /// <param name="passages">The corpus. A passage of the run that is not in it holds no answer.</param>
    public static EvaluationResult Evaluate(TrecRun run, IReadOnlyDictionary<string, IReadOnlyList<string>> answers, IReadOnlyList<Passage> passages)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentNullException.ThrowIfNull(passages);
        Dictionary<string, Passage> corpus = new(passages.Count, StringComparer.Ordinal);
        foreach (Passage passage in passages) corpus.TryAdd(passage.Docid, passage);
        Dictionary<string, string[]> read = new(StringComparer.Ordinal);
        string[] Tokens(string docid) => read.TryGetValue(docid, out string[]? tokens) ? tokens
            : read[docid] = corpus.TryGetValue(docid, out Passage? passage) ? AnswerText.Tokens(passage.TitleAndText) : [];

        string[] queries = [.. answers.Where(query => query.Value.Any(answer => AnswerText.Tokens(answer).Length > 0)).Select(query => query.Key).Order(StringComparer.Ordinal)];
        int[] ranks = [.. queries.Select(query =>
        {
            string[][] wanted = [.. answers[query].Select(AnswerText.Tokens)];
            IReadOnlyList<RunEntry> ranking = run.Of(query);
            for (int i = 0; i < Math.Min(ranking.Count, Depths[^1]); i++)
            {
                string[] text = Tokens(ranking[i].Docid);
                if (wanted.Any(answer => AnswerText.Contains(text, answer))) return i + 1;
            }

            return int.MaxValue;
        })];
        return new EvaluationResult
        {
            Queries = queries,
            PerQuery = Depths.Zip(MetricNames).ToDictionary(metric => metric.Second, metric => (IReadOnlyList<double>)[.. ranks.Select(rank => rank <= metric.First ? 1.0 : 0)], StringComparer.Ordinal),
        };
    }
}
