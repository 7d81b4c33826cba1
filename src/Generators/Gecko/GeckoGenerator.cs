using System.Text.Json;
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

    /// <summary>What the prompt is rendered with.</summary>
    public static IReadOnlyDictionary<string, object?> Slots(Passage seed)
    {
        ArgumentNullException.ThrowIfNull(seed);
        return new Dictionary<string, object?> { ["title"] = TextLine.Of(seed.Title), ["passage"] = TextLine.Of(seed.Text) };
    }

    /// <summary>Draws once.</summary>
    /// <param name="seed">The passage to write for.</param>
    /// <param name="samplerSeed">The sampler's seed: another one, another query.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<GeckoDraft> DrawAsync(Passage seed, int samplerSeed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(seed);
        IReadOnlyDictionary<string, object?> slots = Slots(seed);
        StructuredReply reply = await caller.AskAsync(prompt, slots, samplerSeed, cancellationToken);
        bool queryIsWhole = reply.Fault == ReplyFault.CutOff && prompt.Schema is null && reply.Text.Contains('\n', StringComparison.Ordinal);
        if (reply.Fault is not null && !queryIsWhole)
        {
            return new GeckoDraft { Fault = reply.FaultName(), Detail = reply.FaultDetail() };
        }

        Dictionary<string, string> fields = reply.Json is { } json ? Fields(json) : Lines(reply.Text);
        if (reply.Json is null && fields.TryGetValue("subject", out string? subject) && !Shares(subject, $"{fields["query"]} {seed.TitleAndText}"))
        {
            fields.Remove("subject"); // a weak model's subject may come from a worked example instead of the passage
        }

        Dictionary<string, object?> taskSlots = prompt.Slots.ToDictionary(slot => slot, slot => fields.TryGetValue(slot, out string? value) ? value : slots.GetValueOrDefault(slot, ""));
        return new GeckoDraft { Task = TextLine.Of(prompt.Render("task", taskSlots)), Query = fields["query"] };
    }

    // Whether each longer word of the one stands in the other, by its first letters, so that "baking" finds "bake".
    private static bool Shares(string subject, string text) => subject
        .Split(' ')
        .Where(word => word.Length > 3)
        .All(word => text.Contains(word[..Math.Min(word.Length, 5)], StringComparison.OrdinalIgnoreCase));

    private static Dictionary<string, string> Fields(JsonElement json) =>
        json.EnumerateObject().ToDictionary(field => field.Name, field => TextLine.Of(field.Value.GetString()), StringComparer.Ordinal);

    // A weak model's reply: the query on the first line, then lines of "Name: value".
    private static Dictionary<string, string> Lines(string text)
    {
        string[] lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        Dictionary<string, string> fields = new(StringComparer.Ordinal) { ["query"] = TextLine.Of(lines[0]) };
        foreach (string line in lines.Skip(1))
        {
            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0) fields.TryAdd(line[..colon].ToLowerInvariant(), TextLine.Of(line[(colon + 1)..]));
        }

        return fields;
    }
}
