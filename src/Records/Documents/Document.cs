namespace R2Synth.Records.Documents;

/// <summary>A document without its markup: a title and sections of text.</summary>
internal sealed record Document
{
    /// <summary>The document's own title; empty where it has none.</summary>
    public required string Title { get; init; }

    /// <summary>
    /// The plain text: the blocks in order, without headings; between two list items or two lines one line feed, else an empty line.
    /// <see cref="Passage.Start"/> counts in it.
    /// </summary>
    public required string Text { get; init; }

    /// <summary>The sections that have text.</summary>
    public required IReadOnlyList<Section> Sections { get; init; }
}
