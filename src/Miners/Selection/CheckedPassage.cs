using R2Synth.Records;

namespace R2Synth.Miners.Selection;

/// <summary>A positive or negative on its way through <see cref="FalseNegativeCascade"/>.</summary>
/// <param name="Passage">The passage.</param>
/// <param name="IsPositive">Whether it is a positive.</param>
public sealed record CheckedPassage(Passage Passage, bool IsPositive);
