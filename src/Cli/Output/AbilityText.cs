using R2Synth.Inference;

namespace R2Synth.Cli.Output;

/// <summary>A backend's abilities in words.</summary>
internal static class AbilityText
{
    private static readonly (BackendAbilities Ability, string Name)[] All =
    [
        (BackendAbilities.Chat, "chat"),
        (BackendAbilities.StructuredOutput, "structured output"),
        (BackendAbilities.TokenScores, "token scores"),
        (BackendAbilities.PromptScores, "prompt scores"),
        (BackendAbilities.Embeddings, "embeddings"),
        (BackendAbilities.TokenEmbeddings, "token embeddings"),
        (BackendAbilities.PromptStates, "prompt states"),
    ];

    public static IReadOnlyList<string> Names(BackendAbilities abilities) => [.. All.Where(a => abilities.HasFlag(a.Ability)).Select(a => a.Name)];
}
