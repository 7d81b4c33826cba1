using Microsoft.Extensions.AI;

namespace R2Synth.Inference.Tests.Structured;

/// <summary>Answers by a script, the last entry for ever, and keeps what it was asked.</summary>
internal sealed class ScriptedChatClient(params Func<ChatResponse>[] script) : IChatClient
{
    public List<(List<ChatMessage> Messages, ChatOptions? Options)> Calls { get; } = [];

    public static ScriptedChatClient Saying(params string[] replies) => new([.. replies.Select(reply => new Func<ChatResponse>(() => Reply(reply)))]);

    public static ChatResponse Reply(string text, ChatFinishReason? finish = null) => new(new ChatMessage(ChatRole.Assistant, text))
    {
        FinishReason = finish ?? ChatFinishReason.Stop,
        Usage = new UsageDetails { InputTokenCount = 10, OutputTokenCount = 3 },
    };

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Calls.Add(([.. messages], options));
        return Task.FromResult(script[Math.Min(Calls.Count, script.Length) - 1]());
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    // Semantic Kernel asks a client for its metadata and fails without it.
    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(ChatClientMetadata) ? new ChatClientMetadata("scripted") : null;

    public void Dispose()
    {
    }
}
