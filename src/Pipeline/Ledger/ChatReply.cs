using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.AI;
using R2Synth.Inference;

namespace R2Synth.Pipeline.Ledger;

/// <summary>A chat reply as the cache keeps it: JSON, so that a person can read the file.</summary>
internal sealed record ChatReply
{
    /// <summary>The text.</summary>
    public required string Text { get; init; }

    /// <summary>Why it ended; null where the backend did not say.</summary>
    public string? FinishReason { get; init; }

    /// <summary>Why there is no reply, in the server's words; null where there is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Error { get; init; }

    /// <summary>Tokens read; null where the backend did not say.</summary>
    public long? Read { get; init; }

    /// <summary>Tokens written; null where the backend did not say.</summary>
    public long? Written { get; init; }

    /// <summary>For the cache.</summary>
    public static CachedCall Encode(ChatResponse response) => new()
    {
        Reply = JsonSerializer.SerializeToUtf8Bytes(new ChatReply
        {
            Text = response.Text,
            FinishReason = response.FinishReason?.Value,
            Error = response.Messages.SelectMany(message => message.Contents).OfType<ErrorContent>().FirstOrDefault()?.Message,
            Read = response.Usage?.InputTokenCount,
            Written = response.Usage?.OutputTokenCount,
        }),
        TokensRead = response.Usage?.InputTokenCount ?? 0,
        TokensWritten = response.Usage?.OutputTokenCount ?? 0,
        Cost = response.AdditionalProperties?.GetValueOrDefault(CallOptions.Cost) is decimal cost ? (double)cost : null,
    };

    /// <summary>From the cache.</summary>
    public static ChatResponse Decode(CachedCall call)
    {
        ChatReply reply = JsonSerializer.Deserialize<ChatReply>(call.Reply) ?? throw new InvalidDataException("A cached chat reply is empty.");
        List<AIContent> contents = [new TextContent(reply.Text)];
        if (reply.Error is not null) contents.Add(new ErrorContent(reply.Error));
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, contents))
        {
            FinishReason = reply.FinishReason is null ? null : new ChatFinishReason(reply.FinishReason),
            Usage = reply.Read is null && reply.Written is null
                ? null
                : new UsageDetails
                {
                    InputTokenCount = reply.Read,
                    OutputTokenCount = reply.Written,
                    TotalTokenCount = (reply.Read ?? 0) + (reply.Written ?? 0),
                },
        };
    }
}
