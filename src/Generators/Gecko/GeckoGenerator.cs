using R2Synth.Inference.Prompts;
using R2Synth.Inference.Structured;
using R2Synth.Records;

namespace R2Synth.Generators.Gecko;

/// <summary>Gecko's first step: a language model reads a seed passage and writes a task and a query. Thread-safe.</summary>
/// <param name="caller">The model that writes.</param>
/// <param name="prompt">The prompt <see cref="PromptName"/>, for a strong or a weak model.</param>
/// <remarks>
/// Gecko (arXiv 2403.20327, section 3.1). The prompt's template <c>task</c> makes the task's sentence from the reply's fields: a strong model writes the whole
/// sentence, a weak one only the subject.
/// </remarks>
public sealed class GeckoGenerator(StructuredCaller caller, Prompt prompt)
{
    /// <summary>The prompt's name in the library.</summary>
    public const string PromptName = "gecko/query";

    /// <summary>Draws once.</summary>
    /// <param name="seed">The passage to write for.</param>
    /// <param name="samplerSeed">The sampler's seed: another one, another query.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<GeckoDraft> DrawAsync(Passage seed, int samplerSeed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(seed);
        Dictionary<string, object?> slots = new() { ["title"] = SingleLine.Of(seed.Title), ["passage"] = SingleLine.Of(seed.Text) };
        StructuredReply reply = await caller.AskAsync(prompt, slots, samplerSeed, cancellationToken);
        if (reply.Json is not { } json)
        {
            return new GeckoDraft { Fault = reply.FaultName(), Detail = reply.Text };
        }

        Dictionary<string, object?> fields = json.EnumerateObject()
            .Where(field => prompt.Slots.Contains(field.Name))
            .ToDictionary(field => field.Name, field => (object?)SingleLine.Of(field.Value.GetString()));
        return new GeckoDraft
        {
            Task = SingleLine.Of(prompt.Render("task", fields)),
            Query = SingleLine.Of(json.GetProperty("query").GetString()),
        };
    }
}
