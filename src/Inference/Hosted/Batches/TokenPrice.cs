using System.Text.Json;

namespace R2Synth.Inference.Hosted.Batches;

/// <summary>What a server's tokens cost, in US dollars a million.</summary>
internal sealed record TokenPrice(decimal In, decimal CachedIn, decimal Out)
{
    /// <summary>Tokens that a reply may have where the request sets no limit.</summary>
    private const int UnlimitedReply = 16_384;

    /// <summary>The prices of an endpoint.</summary>
    public static TokenPrice Of(EndpointOptions endpoint) =>
        new((decimal)endpoint.PriceIn, (decimal)(endpoint.PriceCachedIn ?? endpoint.PriceIn), (decimal)endpoint.PriceOut);

    /// <summary>The most that a request can cost: no tokenizer makes more tokens than there are bytes.</summary>
    public decimal Worst(byte[] request)
    {
        using JsonDocument document = JsonDocument.Parse(request);
        long most = ServerBatch.Member(document.RootElement, "max_tokens") is { } old && old.TryGetInt64(out long limit) ? limit
            : ServerBatch.Member(document.RootElement, "max_completion_tokens") is { } later && later.TryGetInt64(out limit) ? limit
            : UnlimitedReply;
        return ((request.Length * Math.Max(In, CachedIn)) + (most * Out)) / 1_000_000m;
    }

    /// <summary>What an answer did cost by its own <c>usage</c>; null where it has none.</summary>
    public decimal? Cost(byte[] answer)
    {
        using JsonDocument document = JsonDocument.Parse(answer);
        if (ServerBatch.Member(document.RootElement, "usage") is not { } usage || Count(usage, "prompt_tokens") is not { } read) return null;
        long cached = ServerBatch.Member(usage, "prompt_tokens_details") is { } details ? Count(details, "cached_tokens") ?? 0 : 0;
        return (((read - cached) * In) + (cached * CachedIn) + ((Count(usage, "completion_tokens") ?? 0) * Out)) / 1_000_000m;
    }

    private static long? Count(JsonElement json, string name) => ServerBatch.Member(json, name) is { } value && value.TryGetInt64(out long count) ? count : null;
}
