namespace R2Synth.Miners.Retrieval;

/// <summary>A passage that a retriever returned.</summary>
/// <param name="Passage">Index into the corpus list that the retriever was built from.</param>
/// <param name="Score">The retriever's own score; comparable only within one query and one retriever.</param>
public readonly record struct Hit(int Passage, double Score);
