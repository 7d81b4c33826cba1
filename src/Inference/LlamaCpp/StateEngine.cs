using System.Numerics.Tensors;
using R2Synth.Inference.LlamaCpp.Native;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>
/// Reads one text at a time and gives what the model has at its positions, unpooled: vectors of the tokens, or hidden state and logits of the last one. The context is made when the first
/// text comes. Callers take turns; each runs on its own thread. Thread-safe.
/// </summary>
internal sealed class StateEngine(LlamaModel model, int contextTokens, int threads) : IAsyncDisposable
{
    /// <summary><c>LLAMA_POOLING_TYPE_NONE</c>.</summary>
    private const int NoPooling = 0;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly int _length = LlamaApi.ModelEmbeddingLength(model.Handle);
    private SequenceContext? _context;
    private bool _closed;

    internal int ContextTokens => contextTokens;

    internal Tokenizer Tokenizer { get; } = new(model);

    /// <summary>Values a vector.</summary>
    internal int Length => _length;

    /// <summary>The vectors at some positions of a text, each brought to length 1.</summary>
    /// <param name="tokens">The whole text, at least one and at most <see cref="ContextTokens"/>.</param>
    /// <param name="start">The first position.</param>
    /// <param name="count">How many.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    internal Task<float[]> VectorsAsync(int[] tokens, int start, int count, CancellationToken cancellationToken) => TurnAsync(
        context =>
        {
            context.Compute(tokens, 0, outputs: true);
            float[] vectors = new float[count * _length];
            for (int i = 0; i < count; i++)
            {
                Span<float> vector = vectors.AsSpan(i * _length, _length);
                At(context, start + i).CopyTo(vector);
                float norm = TensorPrimitives.Norm<float>(vector);
                if (norm > 0) TensorPrimitives.Divide(vector, norm, vector);
            }

            return vectors;
        },
        cancellationToken);

    /// <summary>Hidden state and logits at the last position.</summary>
    /// <param name="tokens">The prompt, at least one and at most <see cref="ContextTokens"/>.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    internal Task<PromptState> LastAsync(int[] tokens, CancellationToken cancellationToken) => TurnAsync(
        context =>
        {
            // Where vectors are wanted the library makes logits of every token of a batch, so the last one has a batch of its own.
            LlamaApi.SetEmbeddings(context.Handle, 0);
            if (tokens.Length > 1) context.Compute(tokens[..^1], 0, outputs: false);
            LlamaApi.SetEmbeddings(context.Handle, 1);
            context.Compute(tokens[^1..], tokens.Length - 1, outputs: true);
            return new PromptState { Hidden = At(context, 0).ToArray(), Logits = LogitsAt(context, 0).ToArray(), TokensRead = tokens.Length };
        },
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        _context?.Dispose();
        _context = null;
        _closed = true;
        _turn.Release();
    }

    private async Task<T> TurnAsync<T>(Func<SequenceContext, T> take, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            return await Task.Run(() => take(_context ??= Open()), CancellationToken.None);
        }
        finally
        {
            _turn.Release();
        }
    }

    private SequenceContext Open()
    {
        if (model is { GpuLayers: 0, Embeds: false })
            ContextMemory.Check(model.Header, contextTokens, 1, KvType.Half, ContextMemory.Available());
        ContextParams settings = SequenceContext.Settings(contextTokens, model.Embeds ? contextTokens : 1, threads);
        settings.Embeddings = model.Embeds ? (byte)1 : (byte)0;
        settings.PoolingType = NoPooling;
        return new SequenceContext(model, settings);
    }

    private unsafe ReadOnlySpan<float> At(SequenceContext context, int position)
    {
        float* vector = LlamaApi.TokenEmbedding(context.Handle, position);
        return vector is not null ? new ReadOnlySpan<float>(vector, _length) : throw new InvalidOperationException($"llama.cpp has no vector at {position}: {LlamaLog.Last()}.");
    }

    private unsafe ReadOnlySpan<float> LogitsAt(SequenceContext context, int position)
    {
        float* logits = LlamaApi.Logits(context.Handle, position);
        return logits is not null ? new ReadOnlySpan<float>(logits, model.VocabSize) : throw new InvalidOperationException($"llama.cpp has no logits at {position}: {LlamaLog.Last()}.");
    }
}
