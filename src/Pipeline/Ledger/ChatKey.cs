using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.AI;
using R2Synth.Inference;
using R2Synth.Records;

namespace R2Synth.Pipeline.Ledger;

/// <summary>The cache key of a chat request: everything that the reply depends on.</summary>
internal static class ChatKey
{
    /// <summary>Raised when the key or <see cref="ChatReply"/> changes.</summary>
    private const string Format = "chat/1";

    /// <summary>Hashes a request.</summary>
    /// <exception cref="NotSupportedException">It has something that a text key cannot hold.</exception>
    public static string Of(string modelIdentity, IReadOnlyList<ChatMessage> messages, ChatOptions? options)
    {
        List<string?> parts = [Format, modelIdentity, messages.Count.ToString(CultureInfo.InvariantCulture)];
        foreach (ChatMessage message in messages)
        {
            Refuse(message.Contents.Any(content => content is not TextContent), "messages that hold anything but text");
            parts.Add(message.Role.Value);
            parts.Add(message.Text);
        }

        Add(parts, options ?? new ChatOptions());
        return ContentHash.Of([.. parts]);
    }

    private static void Add(List<string?> parts, ChatOptions options)
    {
        Refuse(options.Tools is { Count: > 0 } || options.ToolMode is not null, "tools");
        Refuse(options.ConversationId is not null || options.ContinuationToken is not null, "conversations that the server keeps");
        Refuse(options.RawRepresentationFactory is not null, "raw requests");
        parts.AddRange(
        [
            options.ModelId,
            options.Instructions,
            Text(options.Temperature),
            Text(options.TopP),
            Text(options.TopK),
            Text(options.MaxOutputTokens),
            Text(options.Seed),
            Text(options.FrequencyPenalty),
            Text(options.PresencePenalty),
            options.Reasoning is null ? null : JsonSerializer.Serialize(options.Reasoning),
        ]);
        parts.AddRange(FormatParts(options.ResponseFormat));

        // Counted, so that a stop sequence cannot pass for a property's name.
        IList<string> stops = options.StopSequences ?? [];
        parts.Add(Text<int>(stops.Count));
        parts.AddRange(stops);
        foreach ((string name, object? value) in (options.AdditionalProperties ?? []).OrderBy(property => property.Key, StringComparer.Ordinal))
        {
            // A hint for speed; and a completion that is not asked for is the same as none.
            if (name == CallOptions.SharedPrefixLength || (name == CallOptions.Completion && value is null or false))
            {
                continue;
            }

            parts.Add(name);
            parts.Add(value is null ? null : JsonSerializer.Serialize(value, value.GetType()));
        }
    }

    private static string?[] FormatParts(ChatResponseFormat? format) => format switch
    {
        ChatResponseFormatJson json => ["json", json.SchemaName, json.SchemaDescription, json.Schema?.GetRawText()],
        _ => ["text", null, null, null],
    };

    private static string? Text<T>(T? value)
        where T : struct, IFormattable => value?.ToString(null, CultureInfo.InvariantCulture);

    private static void Refuse(bool present, string what)
    {
        if (present)
        {
            throw new NotSupportedException($"The cache of model calls does not support {what}.");
        }
    }
}
