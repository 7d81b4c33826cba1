using R2Synth.Miners.Ranking;

namespace R2Synth.Pipeline.Recipes;

/// <summary>What a recipe's judges say of one passage for one query.</summary>
/// <param name="Score">Their scores; null where one of them failed.</param>
/// <param name="Fault">Why there is none, as a reason for reports; empty where there is one.</param>
/// <param name="Detail">The words for it.</param>
internal readonly record struct RecipeVerdict(JudgeScore? Score, string Fault, string Detail);
