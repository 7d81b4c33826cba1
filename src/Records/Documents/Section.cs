namespace R2Synth.Records.Documents;

/// <summary>The blocks under one heading.</summary>
/// <param name="Headings">The headings that lead here, outermost first, without the document's title.</param>
/// <param name="Blocks">In the order of the text; never empty.</param>
internal sealed record Section(IReadOnlyList<string> Headings, IReadOnlyList<Block> Blocks);
