using R2Synth.Inference.Prompts;
using R2Synth.Records;

namespace R2Synth.Miners.Ranking;

/// <summary>
/// The pieces of a judge's prompt, in the order in which the model reads them: passage prefix, query lead, a blank and the query, verdict lead, label.
/// Built by the caller from a prompt file such as <c>prompts/judge/relevance.yaml</c>.
/// </summary>
public sealed record JudgePrompt
{
    /// <summary>Renders the prefix for a passage, whose text is already cut and on one line. Everything that all queries share.</summary>
    public required Func<Passage, string> PassagePrefix { get; init; }

    /// <summary>The same prefix without a passage: how likely a query is by itself. Empty for a judge that never asks for that.</summary>
    public required string NoPassagePrefix { get; init; }

    /// <summary>Between prefix and query; the query follows after one blank.</summary>
    public required string QueryLead { get; init; }

    /// <summary>Between query and label.</summary>
    public required string VerdictLead { get; init; }

    /// <summary>Answers that differ in their first token: relevant, then not relevant, or rising grades; each begins where a token may begin.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>Hash of the prompt file, kept with the scores.</summary>
    public required string Hash { get; init; }

    private static readonly Dictionary<string, object?> NoSlots = [];

    /// <summary>Takes the templates <c>passage</c>, <c>no_passage</c> (where there is one), <c>query</c> and <c>verdict</c>, and the labels.</summary>
    /// <param name="prompt">A judge's prompt file with the slots <c>title</c> and <c>passage</c>.</param>
    public static JudgePrompt From(Prompt prompt)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        return new JudgePrompt
        {
            PassagePrefix = passage => prompt.Render("passage", new Dictionary<string, object?> { ["title"] = passage.Title, ["passage"] = passage.Text }),
            NoPassagePrefix = prompt.Templates.Contains("no_passage", StringComparer.Ordinal) ? prompt.Render("no_passage", NoSlots) : "",
            QueryLead = prompt.Render("query", NoSlots),
            VerdictLead = prompt.Render("verdict", NoSlots),
            Labels = prompt.Labels,
            Hash = prompt.Hash,
        };
    }
}
