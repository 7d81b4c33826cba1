namespace R2Synth.Miners.Ranking;

/// <summary>Model calls of one query, at most.</summary>
/// <param name="Calls">Calls, where every failure that is repaired by asking again costs one more.</param>
/// <param name="PassagesRead">Passages that all the calls together read; a passage that is read twice counts twice. Times the words read of each, this bounds the tokens.</param>
public readonly record struct JudgeCost(int Calls, int PassagesRead);
