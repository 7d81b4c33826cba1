using Microsoft.Extensions.AI;

namespace R2Synth.Inference;

/// <summary>What a model that writes text is about to say: its state at the last position of a prompt (PromptReps, arXiv 2404.18424). Thread-safe.</summary>
public interface IPromptEncoder
{
    /// <summary>Most tokens of a prompt.</summary>
    int ContextTokens { get; }

    /// <summary>Reads a prompt and writes nothing.</summary>
    /// <param name="messages">A chat. Where the last message is the assistant's, its text is the beginning of the reply, which goes on from it.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="ContextExceededException">The prompt is longer than <see cref="ContextTokens"/>.</exception>
    /// <exception cref="Records.InputException">The model has no chat template, or none that is known.</exception>
    Task<PromptState> EncodeAsync(IReadOnlyList<ChatMessage> messages, CancellationToken cancellationToken = default);

    /// <summary>The tokens of a text that goes on from another one: ids into <see cref="PromptState.Logits"/>.</summary>
    IReadOnlyList<int> Tokens(string text);

    /// <summary>The beginning of a text, so many tokens long at most.</summary>
    string Cut(string text, int mostTokens);
}
