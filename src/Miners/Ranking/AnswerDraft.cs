namespace R2Synth.Miners.Ranking;

/// <summary>What a generator answered from one passage: an answer (empty where the passage holds none), or why there is no reply.</summary>
/// <param name="Answer">The answer; null where the call failed.</param>
/// <param name="Fault">The failure; null where there is an answer.</param>
internal readonly record struct AnswerDraft(string? Answer, string? Fault);
