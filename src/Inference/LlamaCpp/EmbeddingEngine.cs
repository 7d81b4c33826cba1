using System.Numerics.Tensors;
using R2Synth.Inference.LlamaCpp.Native;
using R2Synth.Records;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>
/// Embeds one text at a time, since a batch of several changes the bits. Callers take turns; each runs on its own thread. Thread-safe.
/// </summary>
internal sealed class EmbeddingEngine : IAsyncDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly LlamaModel _model;
    private readonly int _length;
    private readonly bool _encodes;
    private nint _context;

    internal EmbeddingEngine(LlamaModel model, int contextTokens, int threads)
    {
        _model = model;
        ContextTokens = contextTokens;
        Tokenizer = new Tokenizer(model);
        _length = LlamaApi.ModelEmbeddingLength(model.Handle);
        ContextParams settings = LlamaApi.ContextDefaults();
        settings.Context = settings.Batch = settings.MicroBatch = (uint)contextTokens;
        settings.Outputs = settings.OutputsPerSequence = (uint)contextTokens;
        settings.Sequences = 1;
        settings.Threads = settings.ThreadsBatch = threads;
        settings.FlashAttention = 0;
        settings.Embeddings = 1;
        LlamaLog.Clear();
        _context = LlamaApi.ContextCreate(model.Handle, settings);
        if (_context == 0)
            throw new InputException($"llama.cpp could not make a context of {contextTokens} tokens of '{Path.GetFileName(model.Header.Path)}': {LlamaLog.Last()}. Lower the backend's ContextTokens, or take a smaller model.");

        _encodes = LlamaApi.ContextMemory(_context) == 0;
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
            ObjectDisposedException.ThrowIf(_context == 0, this);
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
        if (_context != 0)
            LlamaApi.ContextFree(_context);
        _context = 0;
        _turn.Release();
    }

    private unsafe float[] Compute(int[] tokens)
    {
        int[] positions = [.. Enumerable.Range(0, tokens.Length)];
        int[] counts = new int[tokens.Length];
        int[] sequence = [0];
        sbyte[] outputs = new sbyte[tokens.Length];
        nint[] sequences = new nint[tokens.Length];
        Array.Fill(counts, 1);
        Array.Fill(outputs, (sbyte)1);
        fixed (int* token = tokens, position = positions, count = counts, zero = sequence)
        fixed (nint* list = sequences)
        fixed (sbyte* output = outputs)
        {
            Array.Fill(sequences, (nint)zero);
            TokenBatch batch = new() { Count = tokens.Length, Tokens = token, Positions = position, SequenceCounts = count, Sequences = (int**)list, Outputs = output };
            int result;
            lock (ComputeGate.Held)
            {
                if (!_encodes)
                    _ = LlamaApi.MemoryRemove(LlamaApi.ContextMemory(_context), 0, 0, -1);
                result = _encodes ? LlamaApi.Encode(_context, batch) : LlamaApi.Decode(_context, batch);
            }

            float* vector = result == 0 ? LlamaApi.SequenceEmbedding(_context, 0) : null;
            if (vector is null)
                throw new InvalidOperationException($"llama.cpp returned {result} and no vector for {tokens.Length} tokens: {LlamaLog.Last()}.");

            return Normalize(new ReadOnlySpan<float>(vector, _length));
        }
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
