using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;

namespace R2Synth.Inference;

/// <summary>A chat client whose replies come whole: what every one of ours has beside the reply itself. It owns nothing; what it works with belongs to its backend.</summary>
/// <param name="provider">Who answers, for <see cref="ChatClientMetadata"/>.</param>
/// <param name="model">The model's name.</param>
internal abstract class WholeReplyChatClient(string provider, string model) : IChatClient
{
    private readonly ChatClientMetadata _metadata = new(provider, defaultModelId: model);

    /// <summary>The model's name.</summary>
    protected string Model => model;

    /// <inheritdoc/>
    public abstract Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default);

    /// <inheritdoc/>
    /// <remarks>The reply comes whole: a retry after half a stream would give a reply of two pieces.</remarks>
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ChatResponse response = await GetResponseAsync(messages, options, cancellationToken);
        foreach (ChatResponseUpdate update in response.ToChatResponseUpdates()) yield return update;
    }

    /// <inheritdoc/>
    public object? GetService(Type serviceType, object? serviceKey = null) =>
        serviceKey is not null ? null
        : serviceType == typeof(ChatClientMetadata) ? _metadata
        : serviceType.IsInstanceOfType(this) ? this : null;

    /// <summary>Does nothing.</summary>
    public void Dispose()
    {
    }
}
