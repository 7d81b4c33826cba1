namespace R2Synth.Records.Corpora;

/// <summary>A passage and where it was read.</summary>
/// <param name="Passage">The passage.</param>
/// <param name="File">The file.</param>
/// <param name="Line">The line, from 1; null where a file is one document.</param>
internal readonly record struct PlacedPassage(Passage Passage, string File, int? Line)
{
    /// <summary>The place in words.</summary>
    public string Place => Line is int line ? $"{File} line {line}" : File;
}
