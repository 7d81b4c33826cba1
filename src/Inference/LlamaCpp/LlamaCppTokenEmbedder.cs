namespace R2Synth.Inference.LlamaCpp;

/// <summary>Embeds tokens with the model in the process, its pooling left out. Thread-safe.</summary>
internal sealed class LlamaCppTokenEmbedder(StateEngine engine) : ITokenEmbedder
{
    /// <inheritdoc/>
    public async Task<TokenVectors> EmbedTokensAsync(string text, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(text);
        int[] plain = engine.Tokenizer.EncodePiece(text), whole = engine.Tokenizer.Encode(text);
        // The marks stand around the text: what is left of them before it is where it begins.
        int start = Math.Max(0, whole.AsSpan().IndexOf(plain));
        int marksAfter = Math.Max(0, whole.Length - start - plain.Length);
        if (whole.Length > engine.ContextTokens)
            whole = [.. whole.AsSpan(0, engine.ContextTokens - marksAfter), .. whole.AsSpan(whole.Length - marksAfter)];
        int count = Math.Min(plain.Length, whole.Length - start - marksAfter);
        if (count <= 0) return new TokenVectors { Tokens = [], Values = ReadOnlyMemory<float>.Empty, Dimensions = engine.Length };
        float[] values = await engine.VectorsAsync(whole, start, count, cancellationToken);
        return new TokenVectors { Tokens = [.. plain.Take(count).Select(engine.Tokenizer.Text)], Values = values, Dimensions = engine.Length };
    }
}
