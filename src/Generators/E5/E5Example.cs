namespace R2Synth.Generators.E5;

/// <summary>A written query and positive, or why there is none.</summary>
public sealed record E5Example
{
    /// <summary>The query on one line.</summary>
    public string Query { get; init; } = "";

    /// <summary>The document that answers it.</summary>
    public string Positive { get; init; } = "";

    /// <summary>Why the reply is of no use, in kebab case; null where it is.</summary>
    public string? Fault { get; init; }

    /// <summary>The model's words where there is a fault.</summary>
    public string Detail { get; init; } = "";
}
