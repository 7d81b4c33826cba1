using Microsoft.Extensions.AI;
using R2Synth.Pipeline.Reporting;

namespace R2Synth.Pipeline.Ledger;

/// <summary>
/// Answers from the cache what was asked before, and keeps what was not. What comes back is always rebuilt from what is kept (text, reason of the end,
/// token counts), so that nothing later can depend on whether a model was called.
/// </summary>
/// <param name="inner">Asked when the cache does not know. Its faults are not kept.</param>
/// <param name="cache">The cache; not disposed of.</param>
/// <param name="modelIdentity">What replies depend on beside the request.</param>
/// <param name="counters">Counts calls, hits and tokens.</param>
internal sealed class CachedChatClient(IChatClient inner, CallCache cache, string modelIdentity, RunCounters counters) : DelegatingChatClient(inner)
{
    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">The request has something that is not part of the key: images, tools, a server-side conversation, a raw request.</exception>
    public override async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ChatMessage> asked = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        (CachedCall reply, bool made) = await cache.GetOrMakeAsync(
            ChatKey.Of(modelIdentity, asked, options),
            async token => ChatReply.Encode(await base.GetResponseAsync(asked, options, token)),
            cancellationToken);
        if (made)
        {
            counters.CountCall(reply.TokensRead, reply.TokensWritten, (decimal)(reply.Cost ?? 0));
        }
        else
        {
            counters.CountHit();
        }

        return ChatReply.Decode(reply);
    }

    /// <summary>Not supported: a reply is kept whole.</summary>
    /// <exception cref="NotSupportedException">Always.</exception>
    public override IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        throw new NotSupportedException("Replies are cached whole; use GetResponseAsync.");
}
