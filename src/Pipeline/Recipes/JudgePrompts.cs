using R2Synth.Inference.Prompts;
using R2Synth.Miners.Ranking;

namespace R2Synth.Pipeline.Recipes;

/// <summary>A judge's prompt from its file.</summary>
internal static class JudgePrompts
{
    /// <inheritdoc cref="JudgePrompt.From"/>
    public static JudgePrompt From(Prompt prompt) => JudgePrompt.From(prompt);
}
