namespace R2Synth.Records.Splitting;

/// <summary>What became of a document.</summary>
/// <param name="Passages">In the order of the text.</param>
/// <param name="PassagesLeftOut">How many stretches were too short to be a passage and had no neighbour with room.</param>
/// <param name="WordsLeftOut">Their words.</param>
internal sealed record SplitResult(IReadOnlyList<Passage> Passages, int PassagesLeftOut, int WordsLeftOut);
