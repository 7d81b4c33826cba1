namespace R2Synth.Generators.Gecko;

/// <summary>One draw: a task and a query for a seed passage, or why there is none.</summary>
public sealed record GeckoDraft
{
    /// <summary>The task in a sentence; empty with a <see cref="Fault"/>.</summary>
    public string Task { get; init; } = "";

    /// <summary>The query on one line; empty with a <see cref="Fault"/>.</summary>
    public string Query { get; init; } = "";

    /// <summary>Why the reply is of no use, in kebab case; null where it is.</summary>
    public string? Fault { get; init; }

    /// <summary>The model's words where there is a fault.</summary>
    public string Detail { get; init; } = "";
}
