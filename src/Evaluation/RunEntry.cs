namespace R2Synth.Evaluation;

/// <summary>A passage in a ranking.</summary>
/// <param name="Docid">The passage's id.</param>
/// <param name="Score">Higher is better.</param>
public readonly record struct RunEntry(string Docid, double Score);
