namespace R2Synth.Testing;

/// <summary>A token that could come at a place.</summary>
/// <param name="Token">Its text.</param>
/// <param name="LogProbability">Natural logarithm, at most 0.</param>
internal readonly record struct Candidate(string Token, double LogProbability);
