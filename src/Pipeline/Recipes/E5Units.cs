using R2Synth.Generators.E5;
using R2Synth.Miners.Ranking;

namespace R2Synth.Pipeline.Recipes;

/// <summary>What a unit of the e5 recipe begins with.</summary>
internal sealed record E5Assignment(string Topic, string Task, E5Attributes Attributes);

/// <summary>A written query with its positive.</summary>
internal sealed record E5Pair(E5Assignment Assignment, E5Example Example);

/// <summary>A pair with the drafts of its hard negative.</summary>
internal sealed record E5Triple(E5Pair Pair, IReadOnlyList<string> Negatives);

/// <summary>The drafts of a hard negative, or why there is none.</summary>
internal sealed record E5Negatives(IReadOnlyList<string> Documents, string Reason, string Detail);

/// <summary>A triple with the judge's scores: the query's positive and negatives, and two other queries' positives for the calibration.</summary>
internal sealed record E5Judged(E5Triple Triple, E5Scores Scores);

/// <summary>A judge's scores for one query.</summary>
/// <param name="Positive">Its positive.</param>
/// <param name="Negatives">The drafts of its negative, in their order.</param>
/// <param name="Near">The next positive on the same topic; null where there is none.</param>
/// <param name="Far">The next positive on another topic; null where there is none.</param>
internal sealed record E5Scores(JudgeScore Positive, IReadOnlyList<JudgeScore> Negatives, JudgeScore? Near, JudgeScore? Far);
