namespace R2Synth.Miners.Ranking;

/// <summary>The scores of one passage for one query that a calibration compares.</summary>
/// <param name="Ql">See <see cref="JudgeScore.Ql"/>.</param>
/// <param name="Rc">See <see cref="JudgeScore.Rc"/>.</param>
/// <param name="Rrf">The retriever's score; 0 for a passage that no retriever returned.</param>
public readonly record struct PassageScores(double Ql, double Rc, double Rrf);
