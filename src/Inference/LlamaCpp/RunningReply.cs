namespace R2Synth.Inference.LlamaCpp;

/// <summary>A reply that is being written in one of the engine's places.</summary>
internal sealed class RunningReply(GenerateRequest request, Sampler sampler, Tokenizer tokenizer) : IDisposable
{
    private readonly ReplyText _text = new(request.Stops, request.Thinks);
    private int _count;

    internal GenerateRequest Request => request;

    /// <summary>The token to be computed next.</summary>
    internal int Next { get; private set; }

    /// <summary>Index in the current batch.</summary>
    internal int BatchIndex { get; set; }

    /// <summary>Draws a token.</summary>
    /// <returns>True when the reply has ended; its request is then complete.</returns>
    internal bool Advance(Span<float> logits)
    {
        request.Observer?.Invoke(logits);
        Next = sampler.Next(logits);
        _count++;
        bool stopped = tokenizer.EndsGeneration(Next) || _text.Append(Next, tokenizer);
        if (!stopped && _count < request.MaxTokens)
            return false;

        string text = _text.ToString();
        request.Complete(new Generation(request.Thinks ? Thinking.Strip(text) : text, _count, Cut: !stopped));
        return true;
    }

    /// <inheritdoc/>
    public void Dispose() => sampler.Dispose();
}
