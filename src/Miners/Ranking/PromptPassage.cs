using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>A passage as prompts of several passages show it.</summary>
/// <param name="Label">Its number or letter.</param>
/// <param name="Title">The title on one line; may be empty.</param>
/// <param name="Text">The first words on one line.</param>
internal sealed record PromptPassage(string Label, string Title, string Text)
{
    /// <summary>Takes the first words.</summary>
    public static PromptPassage Of(Passage passage, string label, int words)
    {
        Passage read = LikelihoodJudge.Read(passage, words);
        return new PromptPassage(label, read.Title, read.Text);
    }
}
