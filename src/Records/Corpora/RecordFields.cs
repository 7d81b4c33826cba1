namespace R2Synth.Records.Corpora;

/// <summary>The names of a record's fields.</summary>
/// <param name="Docid">The id.</param>
/// <param name="Title">The title.</param>
/// <param name="Text">The text.</param>
internal sealed record RecordFields(string Docid, string Title, string Text)
{
    /// <summary>BEIR's names.</summary>
    public static RecordFields Beir { get; } = new(CorpusRecord.BeirDocidField, "title", "text");
}
