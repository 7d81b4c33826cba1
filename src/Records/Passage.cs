namespace R2Synth.Records;

/// <summary>A piece of a corpus that a retriever can return. Immutable.</summary>
public sealed record Passage
{
    /// <summary>Between the headings of a title.</summary>
    public const string TitleSeparator = " › ";

    /// <summary>The id, unique in its corpus, never empty: the corpus's own id, or <c>path#n</c> for the n-th passage (from 0) of a file.</summary>
    public required string Docid { get; init; }

    /// <summary>The title, or the headings that lead to the passage; empty where there is none, never null.</summary>
    public string Title { get; init; } = "";

    /// <summary>The text, never empty.</summary>
    public required string Text { get; init; }

    /// <summary>Where the text begins in the plain text of its document, in UTF-16 code units.</summary>
    public int Start { get; init; }

    /// <summary>Title and text as every index, embedder and export sees them: the title, a blank, the text; the text alone where there is no title.</summary>
    public string TitleAndText => Title.Length == 0 ? Text : $"{Title} {Text}";
}
