using Microsoft.Extensions.AI;

namespace R2Synth.Generators.Tests;

/// <summary>Answers from a script and keeps what it was asked.</summary>
internal sealed class ScriptedChatClient(params string[] replies) : IChatClient
{
    private int _next;

    public List<(string Prompt, ChatOptions? Options)> Asked { get; } = [];

    public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        Asked.Add((string.Join("\n", messages.Select(message => message.Text)), options));
        return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, replies[Math.Min(_next++, replies.Length - 1)])) { FinishReason = ChatFinishReason.Stop });
    }

    public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose()
    {
    }
}
