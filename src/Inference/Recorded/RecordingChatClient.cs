using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace R2Synth.Inference.Recorded;

/// <summary>Adds each chat and its reply to a recording.</summary>
internal sealed class RecordingChatClient(IChatClient inner, RecordingWriter recording) : DelegatingChatClient(inner)
{
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        IReadOnlyList<ChatMessage> asked = messages as IReadOnlyList<ChatMessage> ?? [.. messages];
        RecordedChatRequest request = RecordedChatRequest.Of(asked, options);
        try
        {
            ChatResponse response = await base.GetResponseAsync(asked, options, cancellationToken);
            await recording.AddAsync(CallKind.Chat, request, RecordedChatReply.Of(response), null);
            return response;
        }
        catch (Exception fault) when (RecordedError.Of(fault) is not null)
        {
            await recording.AddAsync<RecordedChatRequest, RecordedChatReply>(CallKind.Chat, request, null, RecordedError.Of(fault));
            throw;
        }
    }

    public override async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatResponse response = await GetResponseAsync(messages, options, cancellationToken); // recorded whole
        foreach (ChatResponseUpdate update in response.ToChatResponseUpdates()) yield return update;
    }
}
