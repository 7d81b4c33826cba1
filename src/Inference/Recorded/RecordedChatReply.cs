using Microsoft.Extensions.AI;

namespace R2Synth.Inference.Recorded;

/// <summary>A chat reply as a recording keeps it.</summary>
internal sealed record RecordedChatReply
{
    /// <summary>What was written; empty for a refusal.</summary>
    public required string Text { get; init; }

    /// <summary>Why it ended; null where the backend did not say.</summary>
    public string? FinishReason { get; init; }

    /// <summary>Tokens read; null where the backend did not say.</summary>
    public long? InputTokens { get; init; }

    /// <summary>Of these, tokens that the server had read before; null where the backend did not say.</summary>
    public long? CachedInputTokens { get; init; }

    /// <summary>Tokens written; null where the backend did not say.</summary>
    public long? OutputTokens { get; init; }

    /// <summary>What it did cost then, in US dollars; a replay costs nothing.</summary>
    public decimal? Cost { get; init; }

    /// <summary>Why the server declined, in its own words; null where it did not.</summary>
    public string? Refusal { get; init; }

    /// <summary>The code of the refusal.</summary>
    public string? RefusalCode { get; init; }

    /// <summary>Takes a reply apart.</summary>
    public static RecordedChatReply Of(ChatResponse response)
    {
        ErrorContent? refusal = response.Messages.SelectMany(message => message.Contents).OfType<ErrorContent>().FirstOrDefault();
        return new RecordedChatReply
        {
            Text = response.Text,
            FinishReason = response.FinishReason?.Value,
            InputTokens = response.Usage?.InputTokenCount,
            CachedInputTokens = response.Usage?.CachedInputTokenCount,
            OutputTokens = response.Usage?.OutputTokenCount,
            Cost = response.AdditionalProperties?.TryGetValue(CallOptions.Cost, out decimal cost) == true ? cost : null,
            Refusal = refusal?.Message,
            RefusalCode = refusal?.ErrorCode,
        };
    }

    /// <summary>Puts it together again, without the cost.</summary>
    public ChatResponse ToResponse()
    {
        List<AIContent> contents = [];
        if (Refusal is null || Text.Length > 0) contents.Add(new TextContent(Text));
        if (Refusal is not null) contents.Add(new ErrorContent(Refusal) { ErrorCode = RefusalCode });
        return new ChatResponse(new ChatMessage(ChatRole.Assistant, contents))
        {
            FinishReason = FinishReason is null ? null : new ChatFinishReason(FinishReason),
            Usage = InputTokens is null && OutputTokens is null
                ? null
                : new UsageDetails
                {
                    InputTokenCount = InputTokens,
                    CachedInputTokenCount = CachedInputTokens,
                    OutputTokenCount = OutputTokens,
                    TotalTokenCount = (InputTokens ?? 0) + (OutputTokens ?? 0),
                },
        };
    }
}
