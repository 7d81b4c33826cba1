using System.Runtime.InteropServices;
using R2Synth.Inference.LlamaCpp.Native;
using R2Synth.Records;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>
/// A native context and its batch: one key-value stream a sequence, flash attention off unless asked for (docs/decisions/0001-same-bits.md). Not thread-safe; used by
/// the engine's thread only.
/// </summary>
internal sealed unsafe class LlamaContext : IDisposable
{
    /// <summary>Most tokens in one batch; also the size of one computation, so that the library never splits a batch by size.</summary>
    internal const int BatchTokens = 512;

    /// <summary>Most positions of a batch whose logits are kept: 128 x 49,152 x 4 bytes = 25 MB.</summary>
    internal const int BatchOutputs = 128;

    private readonly int _vocabSize;
    private nint _context;
    private nint _memory;
    private TokenBatch _batch;
    private int* _sequences;

    /// <exception cref="InputException">There is not enough memory for it.</exception>
    internal LlamaContext(LlamaModel model, int contextTokens, int streams, EngineSettings engine)
    {
        // What lies on a GPU is none of this memory.
        if (model.GpuLayers == 0)
            ContextMemory.Check(model.Header, contextTokens, streams, engine.KvType, ContextMemory.Available());
        ContextParams settings = LlamaApi.ContextDefaults();
        settings.Context = (uint)(contextTokens * streams);
        settings.Sequences = (uint)streams;
        settings.Batch = settings.MicroBatch = BatchTokens;
        settings.Outputs = settings.OutputsPerSequence = BatchOutputs;
        settings.Threads = settings.ThreadsBatch = engine.Threads;
        settings.FlashAttention = engine.FlashAttention ? 1 : 0;
        settings.TypeK = settings.TypeV = engine.KvType.Id;
        settings.KvUnified = 0;
        LlamaLog.Clear();
        _context = LlamaApi.ContextCreate(model.Handle, settings);
        if (_context == 0)
            throw new InputException($"llama.cpp could not make a context of {streams} x {contextTokens} tokens of '{Path.GetFileName(model.Header.Path)}': {LlamaLog.Last()}. {ContextMemory.Advice}");

        _memory = LlamaApi.ContextMemory(_context);
        _vocabSize = model.VocabSize;
        _batch = new TokenBatch
        {
            Tokens = Array<int>(BatchTokens),
            Positions = Array<int>(BatchTokens),
            SequenceCounts = Array<int>(BatchTokens),
            Sequences = (int**)NativeMemory.AllocZeroed(BatchTokens, (nuint)sizeof(int*)),
            Outputs = Array<sbyte>(BatchTokens),
        };
        _sequences = Array<int>(BatchTokens);
        for (int i = 0; i < BatchTokens; i++)
        {
            _batch.SequenceCounts[i] = 1;
            _batch.Sequences[i] = _sequences + i;
        }
    }

    /// <summary>Empties the batch.</summary>
    internal void Begin() => _batch.Count = 0;

    /// <summary>Adds a token to the batch.</summary>
    /// <returns>Its index, for <see cref="Logits"/>.</returns>
    internal int Add(int token, int position, int stream, bool output)
    {
        int index = _batch.Count++;
        _batch.Tokens[index] = token;
        _batch.Positions[index] = position;
        _sequences[index] = stream;
        _batch.Outputs[index] = output ? (sbyte)1 : (sbyte)0;
        return index;
    }

    /// <summary>Computes the batch.</summary>
    /// <exception cref="InvalidOperationException">The library failed. Room cannot run out here, so nothing can be tried again.</exception>
    internal void Compute()
    {
        int result;
        lock (ComputeGate.Held)
            result = LlamaApi.Decode(_context, _batch);
        if (result != 0)
            throw new InvalidOperationException($"llama_decode returned {result} for {_batch.Count} tokens: {LlamaLog.Last()}. The model's context is lost; restart the program.");
    }

    /// <summary>The logits at a batch index that asked for them, valid until the next <see cref="Compute"/>; may be changed in place.</summary>
    internal Span<float> Logits(int index)
    {
        float* logits = LlamaApi.Logits(_context, index);
        return logits is null
            ? throw new InvalidOperationException($"llama.cpp has no logits at {index}: {LlamaLog.Last()}.")
            : new Span<float>(logits, _vocabSize);
    }

    /// <summary>Makes one stream a copy of another. The library copies whole streams only.</summary>
    internal void Copy(int from, int to) => LlamaApi.MemoryCopy(_memory, from, to, -1, -1);

    /// <summary>Drops a stream's tokens from a position on.</summary>
    internal void Truncate(int stream, int length)
    {
        if (LlamaApi.MemoryRemove(_memory, stream, length, -1) == 0)
            throw new InvalidOperationException($"llama.cpp could not drop the tokens of stream {stream} from {length} on.");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_context == 0)
            return;

        LlamaApi.ContextFree(_context);
        _context = _memory = 0;
        NativeMemory.Free(_batch.Tokens);
        NativeMemory.Free(_batch.Positions);
        NativeMemory.Free(_batch.SequenceCounts);
        NativeMemory.Free(_batch.Sequences);
        NativeMemory.Free(_batch.Outputs);
        NativeMemory.Free(_sequences);
    }

    private static T* Array<T>(int length)
        where T : unmanaged => (T*)NativeMemory.AllocZeroed((nuint)length, (nuint)sizeof(T));
}
