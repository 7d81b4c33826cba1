using R2Synth.Inference;

namespace R2Synth.Pipeline.Recipes;

/// <summary>The recipes that there are.</summary>
public static class RecipeCatalog
{
    /// <summary>Every recipe, by ordinal name.</summary>
    public static IReadOnlyList<RecipeDescription> All { get; } =
    [
        new RecipeDescription
        {
            Name = "e5",
            Paper = "Wang et al., Improving Text Embeddings with Large Language Models, arXiv 2401.00368",
            Makes = "Short-long groups from topics alone: brainstormed tasks, then query, positive and a hard negative written in its own turn and judged.",
            GeneratorNeeds = BackendAbilities.Chat | BackendAbilities.StructuredOutput,
            JudgeNeeds = BackendAbilities.PromptScores | BackendAbilities.TokenScores,
            EmbedderNeeds = BackendAbilities.None,
            NeedsCorpus = false,
            NeedsTopics = true,
        },
        new RecipeDescription
        {
            Name = "gecko",
            Paper = "Lee et al., Gecko: Versatile Text Embeddings Distilled from Large Language Models, arXiv 2403.20327",
            Makes = "Task and query from seed passages; candidates retrieved and judged, the best relabelled as the positive, then hard negatives.",
            GeneratorNeeds = BackendAbilities.Chat,
            JudgeNeeds = BackendAbilities.PromptScores | BackendAbilities.TokenScores,
            EmbedderNeeds = BackendAbilities.Embeddings,
            NeedsCorpus = true,
            NeedsTopics = false,
        },
        new RecipeDescription
        {
            Name = "titles",
            Paper = "Wang et al., Text Embeddings by Weakly-Supervised Contrastive Pre-training, arXiv 2212.03533",
            Makes = "Title-text pairs of the passages that gecko takes for seeds: free queries that ask by name, with hard negatives, the titles hidden from the passages.",
            GeneratorNeeds = BackendAbilities.None,
            JudgeNeeds = BackendAbilities.None,
            EmbedderNeeds = BackendAbilities.Embeddings,
            NeedsCorpus = true,
            NeedsTopics = false,
        },
    ];
}
