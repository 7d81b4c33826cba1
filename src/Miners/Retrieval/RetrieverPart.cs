namespace R2Synth.Miners.Retrieval;

/// <summary>One retriever of a <see cref="RetrieverSpec"/>.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Argument">What stands after the colon: a backend's name, a file or a folder; null where nothing does.</param>
public sealed record RetrieverPart(RetrieverKind Kind, string? Argument)
{
    /// <summary>How it is written.</summary>
    public string Name => RetrieverSpec.Spell(Kind) + (Argument is null ? "" : $":{Argument}");
}
