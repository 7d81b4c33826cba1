using System.Globalization;
using R2Synth.Inference.Structured;
using R2Synth.Records;

namespace R2Synth.Generators.E5;

/// <summary>E5's synthetic data of the short-long group: brainstorm tasks, write an example for one, write its hard negative. Thread-safe.</summary>
/// <param name="caller">The model that writes.</param>
/// <param name="prompts">The prompts.</param>
/// <remarks>
/// E5-Mistral (arXiv 2401.00368, section 3.1 and appendix C). Two differences: brainstorming is led by topics (SPEED, arXiv 2410.18634), and the hard
/// negative has a turn of its own (ReasonIR, arXiv 2504.20595), so that it can be judged and drawn again.
/// </remarks>
public sealed class E5Generator(StructuredCaller caller, E5Prompts prompts)
{
    /// <summary>What the prompt for tasks is rendered with.</summary>
    public static IReadOnlyDictionary<string, object?> BrainstormSlots(string topic, int count) =>
        new Dictionary<string, object?> { ["topic"] = TextLine.Of(topic), ["count"] = count };

    /// <summary>What the prompt for a query and its positive is rendered with.</summary>
    public static IReadOnlyDictionary<string, object?> ExampleSlots(string task, E5Attributes attributes)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        return new Dictionary<string, object?>
        {
            ["task"] = task,
            ["query_type"] = attributes.QueryType,
            ["query_length"] = attributes.QueryLength,
            ["clarity"] = attributes.Clarity,
            ["num_words"] = attributes.Words,
            ["difficulty"] = attributes.Difficulty,
            ["language"] = LanguageNames.Of(attributes.Language),
        };
    }

    /// <summary>What the prompt for a hard negative is rendered with.</summary>
    public static IReadOnlyDictionary<string, object?> NegativeSlots(string task, E5Example example, E5Attributes attributes)
    {
        ArgumentNullException.ThrowIfNull(example);
        ArgumentNullException.ThrowIfNull(attributes);
        return new Dictionary<string, object?>
        {
            ["task"] = task,
            ["query"] = example.Query,
            ["positive"] = example.Positive,
            ["num_words"] = attributes.Words.ToString(CultureInfo.InvariantCulture),
            ["language"] = LanguageNames.Of(attributes.Language),
        };
    }

    /// <summary>Brainstorms tasks on a topic.</summary>
    /// <param name="topic">The topic.</param>
    /// <param name="count">Tasks asked for; a weak model gives what its prompt's schema allows.</param>
    /// <param name="samplerSeed">The sampler's seed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The tasks, each on one line, at most <paramref name="count"/>; or the fault in kebab case with the model's words.</returns>
    public async Task<(IReadOnlyList<string> Tasks, string? Fault, string Detail)> BrainstormAsync(
        string topic, int count, int samplerSeed, CancellationToken cancellationToken = default)
    {
        StructuredReply reply = await caller.AskAsync(prompts.Brainstorm, BrainstormSlots(topic, count), samplerSeed, cancellationToken);
        return reply.Json is { } json
            ? ([.. json.GetProperty("tasks").EnumerateArray().Select(task => TextLine.Of(task.GetString())).Take(count)], null, "")
            : ([], reply.FaultName(), reply.FaultDetail());
    }

    /// <summary>Writes a query and its positive.</summary>
    /// <param name="task">The task in a sentence.</param>
    /// <param name="attributes">What was sampled.</param>
    /// <param name="samplerSeed">The sampler's seed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<E5Example> WriteAsync(string task, E5Attributes attributes, int samplerSeed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(attributes);
        StructuredReply reply = await caller.AskAsync(prompts.Example, ExampleSlots(task, attributes), samplerSeed, cancellationToken);
        return reply.Json is { } json
            ? new E5Example { Query = TextLine.Of(json.GetProperty("user_query").GetString()), Positive = json.GetProperty("positive_document").GetString()!.Trim() }
            : new E5Example { Fault = reply.FaultName(), Detail = reply.FaultDetail() };
    }

    /// <summary>Writes a hard negative, one draw.</summary>
    /// <param name="task">The task in a sentence.</param>
    /// <param name="example">The query and its positive.</param>
    /// <param name="attributes">What was sampled.</param>
    /// <param name="samplerSeed">The sampler's seed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The document, or the fault in kebab case with the model's words.</returns>
    public async Task<(string? Document, string? Fault, string Detail)> WriteNegativeAsync(
        string task, E5Example example, E5Attributes attributes, int samplerSeed, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(example);
        ArgumentNullException.ThrowIfNull(attributes);
        StructuredReply reply = await caller.AskAsync(prompts.Negative, NegativeSlots(task, example, attributes), samplerSeed, cancellationToken);
        return reply.Json is { } json ? (json.GetProperty("hard_negative_document").GetString()!.Trim(), null, "") : (null, reply.FaultName(), reply.FaultDetail());
    }
}
