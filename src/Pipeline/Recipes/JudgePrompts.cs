using R2Synth.Inference.Prompts;
using R2Synth.Miners.Ranking;
using R2Synth.Records;

namespace R2Synth.Pipeline.Recipes;

/// <summary>A judge's prompt from its file.</summary>
internal static class JudgePrompts
{
    private static readonly Dictionary<string, object?> NoSlots = [];

    /// <summary>Takes the templates <c>passage</c>, <c>no_passage</c>, <c>query</c> and <c>verdict</c> and the two labels.</summary>
    public static JudgePrompt From(Prompt prompt) => new()
    {
        PassagePrefix = (Passage passage) => prompt.Render("passage", new Dictionary<string, object?> { ["title"] = passage.Title, ["passage"] = passage.Text }),
        NoPassagePrefix = prompt.Render("no_passage", NoSlots),
        QueryLead = prompt.Render("query", NoSlots),
        VerdictLead = prompt.Render("verdict", NoSlots),
        Labels = prompt.Labels,
        Hash = prompt.Hash,
    };
}
