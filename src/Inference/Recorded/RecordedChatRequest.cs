using Microsoft.Extensions.AI;

namespace R2Synth.Inference.Recorded;

/// <summary>A chat request as a recording keeps it: all that the reply depends on, and nothing else.</summary>
internal sealed record RecordedChatRequest
{
    /// <summary>What was said, in order.</summary>
    public required IReadOnlyList<RecordedMessage> Messages { get; init; }

    /// <summary>Options by name, by ordinal name; those that were not given are absent.</summary>
    public required SortedDictionary<string, object> Options { get; init; }

    /// <summary>Takes a request apart.</summary>
    /// <exception cref="NotSupportedException">It has something that a text file does not hold: images, tools, a conversation that the server keeps, a raw request.</exception>
    public static RecordedChatRequest Of(IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        options ??= new ChatOptions();
        Refuse(messages.Any(message => message.Contents.Any(content => content is not TextContent)), "messages that hold anything but text");
        Refuse(options.Tools is { Count: > 0 } || options.ToolMode is not null, "tools");
        Refuse(options.ConversationId is not null || options.ContinuationToken is not null, "conversations that the server keeps");
        Refuse(options.RawRepresentationFactory is not null, "raw requests");
        return new RecordedChatRequest
        {
            Messages = [.. messages.Select(message => new RecordedMessage(message.Role.Value, message.Text))],
            Options = Given(options),
        };
    }

    private static SortedDictionary<string, object> Given(ChatOptions options)
    {
        SortedDictionary<string, object> given = new(StringComparer.Ordinal);
        Add("model", options.ModelId);
        Add("instructions", options.Instructions);
        Add("temperature", options.Temperature);
        Add("topP", options.TopP);
        Add("topK", options.TopK);
        Add("maxOutputTokens", options.MaxOutputTokens);
        Add("seed", options.Seed);
        Add("frequencyPenalty", options.FrequencyPenalty);
        Add("presencePenalty", options.PresencePenalty);
        Add("reasoning", options.Reasoning);
        Add("stop", options.StopSequences is { Count: > 0 } stops ? stops : null);
        if (options.ResponseFormat is ChatResponseFormatJson json)
        {
            Add("json", new { json.SchemaName, json.SchemaDescription, json.Schema });
        }

        foreach ((string name, object? value) in options.AdditionalProperties ?? [])
        {
            // A hint for speed; and a completion that is not asked for is the same as none.
            if (name != CallOptions.SharedPrefixLength && !(name == CallOptions.Completion && value is false)) Add(name, value);
        }

        return given;

        void Add(string name, object? value)
        {
            if (value is not null) given[name] = value;
        }
    }

    private static void Refuse(bool present, string what)
    {
        if (present) throw new NotSupportedException($"A recording does not hold {what}.");
    }
}
