namespace R2Synth.Records;

/// <summary>Which models and prompts made a group.</summary>
public sealed record Provenance
{
    /// <summary>Identity of the model that wrote, for instance a file name with its checksum.</summary>
    public required string Generator { get; init; }

    /// <summary>Identity of the model that judged; empty where nothing was judged.</summary>
    public string Judge { get; init; } = "";

    /// <summary>Hash of each prompt used, by the prompt's name, sorted by ordinal name.</summary>
    public SortedDictionary<string, string> Prompts { get; init; } = new(StringComparer.Ordinal);
}
