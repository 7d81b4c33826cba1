using R2Synth.Evaluation;
using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Bench.Judges;

/// <summary>One judge over the queries of a table: the verdicts, and what they cost.</summary>
internal sealed record JudgedPass
{
    public required string Judge { get; init; }

    /// <summary>By query, one a candidate.</summary>
    public required IReadOnlyList<IReadOnlyList<JudgeVerdict>> Verdicts { get; init; }

    /// <summary>By query, the position-bias trials; empty lists where there were none.</summary>
    public required IReadOnlyList<IReadOnlyList<IReadOnlyList<JudgedSample>>> Orders { get; init; }

    public required ReplyCounts Counts { get; init; }

    public required long Calls { get; init; }

    public required long FromCache { get; init; }

    public required double Seconds { get; init; }

    public required double CpuSeconds { get; init; }

    /// <summary>nDCG@10 of each query: by score, what ties or was not judged in the retriever's order, the latter last.</summary>
    public IReadOnlyList<double> Ndcg(IReadOnlyList<BenchedQuery> queries, IReadOnlyList<Passage> corpus) =>
    [
        .. queries.Select((query, q) => RankingMetrics.Ndcg(
            [.. Enumerable.Range(0, query.Candidates.Count).OrderByDescending(i => Verdicts[q][i].Score ?? double.NegativeInfinity).Select(i => new RunEntry(corpus[query.Candidates[i]].Docid, 0))],
            query.Grades, 10)),
    ];
}
