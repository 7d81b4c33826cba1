namespace R2Synth.Records.Documents;

/// <summary>A stretch of a document's plain text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Start">Where it begins in <see cref="Document.Text"/>, in UTF-16 code units.</param>
/// <param name="Length">Its length in UTF-16 code units, at least 1.</param>
/// <param name="Leads">Whether it introduces the block after it (a term, a line that ends in a colon) and should not be parted from it.</param>
internal readonly record struct Block(BlockKind Kind, int Start, int Length, bool Leads = false);
