namespace R2Synth.Inference.LlamaCpp;

/// <summary>The size of an engine.</summary>
internal sealed record EngineSettings
{
    /// <summary>Streams that keep prompts beside the running sequences.</summary>
    internal const int KeptPrompts = 4;

    /// <summary>Tokens that one sequence may hold.</summary>
    internal int ContextTokens { get; init; } = 1024;

    /// <summary>Sequences that run at once.</summary>
    internal int Sequences { get; init; } = 16;

    internal int Threads { get; init; } = PhysicalCores.Count();

    /// <summary>False computes every prompt whole: for comparison.</summary>
    internal bool SharePrefixes { get; init; } = true;
}
