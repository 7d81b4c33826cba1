namespace R2Synth.Records.Documents;

/// <summary>What a block of text is: it decides where the block may be cut.</summary>
internal enum BlockKind
{
    /// <summary>A paragraph: cut at sentence ends.</summary>
    Prose,

    /// <summary>An item of a list: whole, unless it alone is longer than a passage.</summary>
    ListItem,

    /// <summary>A line of code or a row of a table: whole, unless it alone is longer than a passage.</summary>
    Line,
}
