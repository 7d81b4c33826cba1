using System.Numerics.Tensors;
using R2Synth.Inference.LlamaCpp.Native;
using R2Synth.Records;

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
    private nint _context;
    private bool _encodes;
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
        () =>
        {
            Compute(tokens, 0, outputs: true);
            float[] vectors = new float[count * _length];
            for (int i = 0; i < count; i++)
            {
                Span<float> vector = vectors.AsSpan(i * _length, _length);
                At(start + i).CopyTo(vector);
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
        () =>
        {
            // Where vectors are wanted the library makes logits of every token of a batch, so the last one has a batch of its own.
            LlamaApi.SetEmbeddings(_context, 0);
            Compute(tokens[..^1], 0, outputs: false);
            LlamaApi.SetEmbeddings(_context, 1);
            Compute(tokens[^1..], tokens.Length - 1, outputs: true);
            return new PromptState { Hidden = At(0).ToArray(), Logits = LogitsAt(0).ToArray(), TokensRead = tokens.Length };
        },
        cancellationToken);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync();
        if (_context != 0)
            LlamaApi.ContextFree(_context);
        _context = 0;
        _closed = true;
        _turn.Release();
    }

    private async Task<T> TurnAsync<T>(Func<T> take, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            return await Task.Run(
                () =>
                {
                    if (_context == 0) Open();
                    return take();
                },
                CancellationToken.None);
        }
        finally
        {
            _turn.Release();
        }
    }

    private void Open()
    {
        if (model is { GpuLayers: 0, Embeds: false })
            ContextMemory.Check(model.Header, contextTokens, 1, KvType.Half, ContextMemory.Available());
        ContextParams settings = LlamaApi.ContextDefaults();
        settings.Context = settings.Batch = settings.MicroBatch = (uint)contextTokens;
        settings.Outputs = settings.OutputsPerSequence = model.Embeds ? (uint)contextTokens : 1;
        settings.Sequences = 1;
        settings.Threads = settings.ThreadsBatch = threads;
        settings.FlashAttention = 0;
        settings.Embeddings = model.Embeds ? (byte)1 : (byte)0;
        settings.PoolingType = NoPooling;
        LlamaLog.Clear();
        _context = LlamaApi.ContextCreate(model.Handle, settings);
        if (_context == 0)
            throw new InputException($"llama.cpp could not make a context of {contextTokens} tokens of '{Path.GetFileName(model.Header.Path)}': {LlamaLog.Last()}. Lower the backend's ContextTokens, or take a smaller model.");
        _encodes = LlamaApi.ContextMemory(_context) == 0;
    }

    private unsafe void Compute(int[] tokens, int first, bool outputs)
    {
        if (tokens.Length == 0)
            return;
        int[] positions = [.. Enumerable.Range(first, tokens.Length)];
        int[] counts = new int[tokens.Length];
        int[] sequence = [0];
        sbyte[] wanted = new sbyte[tokens.Length];
        nint[] sequences = new nint[tokens.Length];
        Array.Fill(counts, 1);
        Array.Fill(wanted, outputs ? (sbyte)1 : (sbyte)0);
        fixed (int* token = tokens, position = positions, count = counts, zero = sequence)
        fixed (nint* list = sequences)
        fixed (sbyte* output = wanted)
        {
            Array.Fill(sequences, (nint)zero);
            TokenBatch batch = new() { Count = tokens.Length, Tokens = token, Positions = position, SequenceCounts = count, Sequences = (int**)list, Outputs = output };
            int result;
            lock (ComputeGate.Held)
            {
                if (!_encodes && first == 0)
                    _ = LlamaApi.MemoryRemove(LlamaApi.ContextMemory(_context), 0, 0, -1);
                result = _encodes ? LlamaApi.Encode(_context, batch) : LlamaApi.Decode(_context, batch);
            }

            if (result != 0)
                throw new InvalidOperationException($"llama.cpp returned {result} for {tokens.Length} tokens: {LlamaLog.Last()}.");
        }
    }

    private unsafe ReadOnlySpan<float> At(int position)
    {
        float* vector = LlamaApi.TokenEmbedding(_context, position);
        return vector is not null ? new ReadOnlySpan<float>(vector, _length) : throw new InvalidOperationException($"llama.cpp has no vector at {position}: {LlamaLog.Last()}.");
    }

    private unsafe ReadOnlySpan<float> LogitsAt(int position)
    {
        float* logits = LlamaApi.Logits(_context, position);
        return logits is not null ? new ReadOnlySpan<float>(logits, model.VocabSize) : throw new InvalidOperationException($"llama.cpp has no logits at {position}: {LlamaLog.Last()}.");
    }
}
