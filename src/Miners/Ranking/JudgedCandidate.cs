using R2Synth.Miners.Retrieval;

namespace R2Synth.Miners.Ranking;

/// <summary>A candidate with its judge's scores.</summary>
/// <param name="Candidate">What the retrievers found.</param>
/// <param name="Score">What the judge found.</param>
public sealed record JudgedCandidate(Candidate Candidate, JudgeScore Score);
