namespace R2Synth.Generators;

/// <summary>Text on one line: what a prompt's line and a shard's query hold.</summary>
internal static class SingleLine
{
    /// <summary>Joins all white space to single blanks and trims the ends; null gives an empty text.</summary>
    public static string Of(string? text) =>
        text is null ? "" : string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
