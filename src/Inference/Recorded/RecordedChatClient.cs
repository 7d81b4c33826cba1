using Microsoft.Extensions.AI;

namespace R2Synth.Inference.Recorded;

/// <summary>Answers chats from a recording. Thread-safe.</summary>
internal sealed class RecordedChatClient(RecordingReader recording) : WholeReplyChatClient("recorded", recording.Header.Model)
{
    public override async Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        RecordedChatRequest request = RecordedChatRequest.Of([.. messages], options);
        RecordedChatReply reply = await recording.FindAsync<RecordedChatRequest, RecordedChatReply>(CallKind.Chat, request, cancellationToken)
            ?? throw recording.Unknown(CallKind.Chat, request.Messages.Count > 0 ? request.Messages[^1].Text : "");
        return reply.ToResponse();
    }
}
