namespace R2Synth.Records;

/// <summary>Text on one line: what a prompt's line and a shard's query hold.</summary>
public static class TextLine
{
    /// <summary>Every run of white space becomes one blank, none at the ends; null gives an empty text.</summary>
    public static string Of(string? text) =>
        text is null ? "" : string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
