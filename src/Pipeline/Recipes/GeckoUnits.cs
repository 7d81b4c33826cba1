using R2Synth.Miners.Ranking;
using R2Synth.Miners.Retrieval;

namespace R2Synth.Pipeline.Recipes;

/// <summary>A written query with its seed passage.</summary>
internal sealed record GeckoQuery
{
    /// <summary>Index of the seed passage in the corpus.</summary>
    public required int Seed { get; init; }

    /// <summary>The task in a sentence.</summary>
    public required string Task { get; init; }

    /// <summary>The query.</summary>
    public required string Query { get; init; }

    /// <summary>What the seed tells about the query, in nats a token.</summary>
    public required double Grounding { get; init; }

    /// <summary>Draws that were made for the seed.</summary>
    public required int Draws { get; init; }
}

/// <summary>A query with its candidates.</summary>
internal sealed record GeckoCandidates(GeckoQuery Query, CandidateSet Found);

/// <summary>A query with its judged candidates.</summary>
internal sealed record GeckoJudged(GeckoQuery Query, CandidateSet Found, GeckoScores Scores);

/// <summary>A judge's scores of one query's candidates, in their order, and of passages drawn at random (none outside the calibration).</summary>
internal sealed record GeckoScores(IReadOnlyList<JudgeScore> Candidates, IReadOnlyList<JudgeScore> Random);

/// <summary>What became of a seed passage: a query, or the reason why there is none.</summary>
internal sealed record GeckoWritten(GeckoQuery? Query, string Reason, string Detail);
