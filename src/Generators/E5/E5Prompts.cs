using R2Synth.Inference.Prompts;

namespace R2Synth.Generators.E5;

/// <summary>The three prompts of the short-long group.</summary>
/// <param name="Brainstorm">Tasks from a topic.</param>
/// <param name="Example">Query and positive from a task.</param>
/// <param name="Negative">The hard negative, in a turn of its own.</param>
public sealed record E5Prompts(Prompt Brainstorm, Prompt Example, Prompt Negative)
{
    /// <summary>Takes them from the library.</summary>
    /// <exception cref="Records.InputException">One is missing.</exception>
    public static E5Prompts From(PromptLibrary library, bool weak)
    {
        ArgumentNullException.ThrowIfNull(library);
        return new E5Prompts(library.Get("e5/brainstorm", weak), library.Get("e5/example", weak), library.Get("e5/negative", weak));
    }
}
