using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.AI;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>Reads prompts with the model in the process. Thread-safe.</summary>
internal sealed class LlamaCppPromptEncoder(StateEngine engine, ChatTemplate template) : IPromptEncoder
{
    /// <inheritdoc/>
    public int ContextTokens => engine.ContextTokens;

    /// <inheritdoc/>
    public Task<PromptState> EncodeAsync(IReadOnlyList<ChatMessage> messages, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        ChatMessage? begun = messages.Count > 1 && messages[^1].Role == ChatRole.Assistant ? messages[^1] : null;
        IEnumerable<ChatMessage> asked = begun is null ? messages : messages.Take(messages.Count - 1);
        int[] tokens = template.Encode([.. asked.Select(message => (message.Role.Value, message.Text))]);
        if (begun is not null) tokens = [.. tokens, .. engine.Tokenizer.EncodePiece(begun.Text)];
        return tokens.Length <= engine.ContextTokens ? engine.LastAsync(tokens, cancellationToken) : throw new ContextExceededException(tokens.Length, engine.ContextTokens);
    }

    /// <inheritdoc/>
    public IReadOnlyList<int> Tokens(string text) => engine.Tokenizer.EncodePiece(text);

    /// <inheritdoc/>
    public string Cut(string text, int mostTokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mostTokens, 1);
        int[] tokens = engine.Tokenizer.EncodePiece(text);
        if (tokens.Length <= mostTokens) return text;
        List<byte> bytes = [];
        foreach (int token in tokens.AsSpan(0, mostTokens)) engine.Tokenizer.Decode(token, bytes);
        return Encoding.UTF8.GetString(CollectionsMarshal.AsSpan(bytes)).TrimEnd('\uFFFD'); // half a character
    }
}
