namespace R2Synth.Evaluation;

/// <summary>Metrics of one ranking, as trec_eval computes them. A passage is relevant from grade 1; an unjudged one is not.</summary>
public static class RankingMetrics
{
    /// <summary>Normalised discounted cumulative gain: gain = grade, discount log2(rank + 1), the ideal from all judgments (<c>ndcg_cut</c>).</summary>
    /// <param name="ranking">Best first.</param>
    /// <param name="grades">Grades by docid; below 0 counts as 0.</param>
    /// <param name="depth">Ranks that count, at least 1.</param>
    /// <returns>In [0, 1]; 0 where nothing is relevant.</returns>
    /// <remarks>Järvelin and Kekäläinen, TOIS 2002, with trec_eval's linear gain; some tools take 2^grade - 1 instead.</remarks>
    public static double Ndcg(IReadOnlyList<RunEntry> ranking, IReadOnlyDictionary<string, int> grades, int depth)
    {
        double ideal = Dcg(grades.Values.OrderDescending(), depth);
        return ideal == 0 ? 0 : Dcg(ranking.Select(e => grades.GetValueOrDefault(e.Docid)), depth) / ideal;
    }

    /// <summary>1 / rank of the first relevant passage within the depth, else 0.</summary>
    /// <inheritdoc cref="Ndcg"/>
    public static double ReciprocalRank(IReadOnlyList<RunEntry> ranking, IReadOnlyDictionary<string, int> grades, int depth)
    {
        int rank = FirstRelevant(ranking, grades, depth);
        return rank == 0 ? 0 : 1.0 / rank;
    }

    /// <summary>Share of the relevant passages that stand within the depth.</summary>
    /// <inheritdoc cref="Ndcg"/>
    public static double Recall(IReadOnlyList<RunEntry> ranking, IReadOnlyDictionary<string, int> grades, int depth)
    {
        int relevant = grades.Values.Count(g => g > 0);
        return relevant == 0 ? 0 : (double)ranking.Take(depth).Count(e => grades.GetValueOrDefault(e.Docid) > 0) / relevant;
    }

    /// <summary>Average precision over the whole ranking: the sum of the precisions at each relevant passage over the number of relevant ones.</summary>
    /// <param name="ranking">Best first.</param>
    /// <param name="grades">Grades by docid.</param>
    /// <returns>In [0, 1]; 0 where nothing is relevant.</returns>
    public static double AveragePrecision(IReadOnlyList<RunEntry> ranking, IReadOnlyDictionary<string, int> grades)
    {
        int relevant = grades.Values.Count(g => g > 0);
        int found = 0;
        double sum = 0;
        for (int i = 0; i < ranking.Count; i++)
        {
            if (grades.GetValueOrDefault(ranking[i].Docid) > 0)
            {
                sum += (double)++found / (i + 1);
            }
        }

        return relevant == 0 ? 0 : sum / relevant;
    }

    /// <summary>1 where a relevant passage stands within the depth, else 0 (<c>success</c>; DPR's top-k accuracy by judgments instead of answers).</summary>
    /// <inheritdoc cref="Ndcg"/>
    public static double Accuracy(IReadOnlyList<RunEntry> ranking, IReadOnlyDictionary<string, int> grades, int depth) =>
        FirstRelevant(ranking, grades, depth) == 0 ? 0 : 1;

    private static int FirstRelevant(IReadOnlyList<RunEntry> ranking, IReadOnlyDictionary<string, int> grades, int depth)
    {
        for (int i = 0; i < Math.Min(depth, ranking.Count); i++)
        {
            if (grades.GetValueOrDefault(ranking[i].Docid) > 0)
            {
                return i + 1;
            }
        }

        return 0;
    }

    private static double Dcg(IEnumerable<int> grades, int depth) => grades.Take(depth).Select((grade, i) => Math.Max(grade, 0) / Math.Log2(i + 2)).Sum(); // rank = i + 1
}
