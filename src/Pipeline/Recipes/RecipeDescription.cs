using R2Synth.Inference;

namespace R2Synth.Pipeline.Recipes;

/// <summary>What a user sees of a recipe before running it.</summary>
/// <remarks>Listed by <c>r2synth recipes</c>.</remarks>
public sealed record RecipeDescription
{
    /// <summary>The name on the command line.</summary>
    public required string Name { get; init; }

    /// <summary>The paper, with its arXiv number.</summary>
    public required string Paper { get; init; }

    /// <summary>What it makes, in a sentence.</summary>
    public required string Makes { get; init; }

    /// <summary>What the generator must be able to do.</summary>
    public required BackendAbilities GeneratorNeeds { get; init; }

    /// <summary>What the judge must be able to do.</summary>
    public required BackendAbilities JudgeNeeds { get; init; }

    /// <summary>What the embedder must be able to do; nothing where none is used.</summary>
    public required BackendAbilities EmbedderNeeds { get; init; }

    /// <summary>Whether it needs <c>--corpus</c>.</summary>
    public required bool NeedsCorpus { get; init; }

    /// <summary>Whether it needs <c>--topics</c>.</summary>
    public required bool NeedsTopics { get; init; }
}
