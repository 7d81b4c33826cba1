using System.Numerics.Tensors;
using R2Synth.Inference.LlamaCpp.Native;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>
/// Embeds one text at a time, since a batch of several changes the bits. Callers take turns; each runs on its own thread. Thread-safe.
/// </summary>
internal sealed class EmbeddingEngine : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly LlamaModel _model;
    private readonly int _length;
    private readonly SequenceContext _context;

    internal EmbeddingEngine(LlamaModel model, int contextTokens, int threads)
    {
        _model = model;
        ContextTokens = contextTokens;
        Tokenizer = new Tokenizer(model);
        _length = LlamaApi.ModelEmbeddingLength(model.Handle);
        ContextParams settings = SequenceContext.Settings(contextTokens, contextTokens, threads);
        settings.Embeddings = 1;
        _context = new SequenceContext(model, settings);
    }

    internal int ContextTokens { get; }

    internal Tokenizer Tokenizer { get; }

    /// <summary>A text's vector, of length 1.</summary>
    /// <returns>The vector, and the tokens that were read.</returns>
    internal async Task<(float[] Vector, int Tokens)> EmbedAsync(string text, CancellationToken cancellationToken)
    {
        int[] tokens = Tokenizer.Encode(text);
        if (tokens.Length == 0)
            return (new float[_length], 0);
        if (tokens.Length > ContextTokens)
            tokens = [.. tokens.AsSpan(0, ContextTokens - 1), tokens[^1]]; // the last one is the model's own end mark
        await _turn.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_context.Handle == 0, this);
            return (await Task.Run(() => Compute(tokens), CancellationToken.None), tokens.Length);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        _context.Dispose();
        _turn.Release();
    }

    private unsafe float[] Compute(int[] tokens)
    {
        _context.Compute(tokens, 0, outputs: true);
        float* vector = LlamaApi.SequenceEmbedding(_context.Handle, 0);
        return vector is not null
            ? Normalize(new ReadOnlySpan<float>(vector, _length))
            : throw new InvalidOperationException($"llama.cpp gave no vector for {tokens.Length} tokens: {LlamaLog.Last()}.");
    }

    private static float[] Normalize(ReadOnlySpan<float> vector)
    {
        double sum = 0;
        foreach (float value in vector)
            sum += (double)value * value;
        float[] result = new float[vector.Length];
        if (sum > 0)
            TensorPrimitives.Multiply(vector, (float)(1 / Math.Sqrt(sum)), result);
        return result;
    }
}
