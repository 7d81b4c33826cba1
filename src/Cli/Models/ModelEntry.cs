using R2Synth.Inference.LlamaCpp;

namespace R2Synth.Cli.Models;

/// <summary>A model file: one that lies in the folder, that has a checksum, or that a backend names.</summary>
internal sealed record ModelEntry
{
    /// <summary>The path from the settings' folder.</summary>
    public required string Name { get; init; }

    /// <summary>The full path.</summary>
    public required string Path { get; init; }

    /// <summary>Size in bytes; null where the file is missing.</summary>
    public required long? Bytes { get; init; }

    /// <summary>The SHA-256 that it should have; null where none is known.</summary>
    public required string? Checksum { get; init; }

    /// <summary>Names of the backends that use it, in ordinal order.</summary>
    public required IReadOnlyList<string> UsedBy { get; init; }

    /// <summary>What it says of itself; null where it is missing, no GGUF, or cut short.</summary>
    public GgufHeader? Header { get; init; }

    /// <summary>Why it cannot be used as it lies there; null where nothing is known against it.</summary>
    public string? Problem { get; init; }

    /// <summary>What it can do, in words.</summary>
    public IReadOnlyList<string> Abilities => Header switch
    {
        null => Bytes is not null && Problem is null && UsedBy.Count > 0 ? ["embeds"] : [], // a table that a backend of Kind Static names
        { Recurrent: true } => [],
        { Embeds: true } => ["embeds"],
        _ => ["writes", "scores"],
    };

    /// <summary>What is known of it.</summary>
    public required ModelState State { get; init; }
}
