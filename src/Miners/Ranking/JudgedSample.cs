namespace R2Synth.Miners.Ranking;

/// <summary>A judge's verdict on a passage of which it is known whether it is relevant: by qrels, or because the query was written from it.</summary>
/// <param name="Verdict">What the judge said.</param>
/// <param name="Relevant">Whether the passage is relevant.</param>
/// <param name="Place">The passage's place in the order in which the judge saw the passages, from 0.</param>
/// <param name="Words">Length of the passage.</param>
public readonly record struct JudgedSample(JudgeVerdict Verdict, bool Relevant, int Place, int Words);
