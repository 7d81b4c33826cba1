namespace R2Synth.Miners.Retrieval;

/// <summary>Where a retriever's index came from, so that nobody takes a rebuilt one for an opened one.</summary>
public sealed record IndexOrigin
{
    private IndexOrigin()
    {
    }

    /// <summary>Whether it was opened from a file; else it was built.</summary>
    public bool Opened { get; private init; }

    /// <summary>One sentence for people: the file, and where it was built, why.</summary>
    public required string Reason { get; init; }

    internal static IndexOrigin InMemory { get; } = new() { Reason = "Built in memory." };

    internal static IndexOrigin OpenedFrom(string path) => new() { Opened = true, Reason = $"Opened from {path}." };

    internal static IndexOrigin BuiltInto(string path, string reason) => new() { Reason = $"Built and written to {path}: {reason}." };
}
