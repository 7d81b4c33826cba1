namespace R2Synth.Inference.Prompts;

/// <summary>How a prompt reaches the model.</summary>
public enum PromptForm
{
    /// <summary>One text that the model continues (template <c>text</c>, after an optional <c>prefix</c>).</summary>
    Completion,

    /// <summary>Messages (templates <c>system</c>, <c>user1</c>, <c>assistant1</c>, ..., <c>user</c>).</summary>
    Chat,
}
