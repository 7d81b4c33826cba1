using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace R2Synth.Inference.Recorded;

/// <summary>Answers chats from a recording. Thread-safe.</summary>
internal sealed class RecordedChatClient(RecordingReader recording) : IChatClient
{
    private readonly ChatClientMetadata _metadata = new("recorded", defaultModelId: recording.Header.Model);

    public async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        RecordedChatRequest request = RecordedChatRequest.Of([.. messages], options);
        RecordedChatReply reply = await recording.FindAsync<RecordedChatRequest, RecordedChatReply>(CallKind.Chat, request, cancellationToken)
            ?? throw recording.Unknown(CallKind.Chat, request.Messages.Count > 0 ? request.Messages[^1].Text : "");
        return reply.ToResponse();
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatResponse response = await GetResponseAsync(messages, options, cancellationToken);
        foreach (ChatResponseUpdate update in response.ToChatResponseUpdates()) yield return update;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? _metadata
        : serviceType.IsInstanceOfType(this) ? this : null;

    /// <summary>Does nothing: the recording belongs to the backend.</summary>
    public void Dispose()
    {
    }
}
