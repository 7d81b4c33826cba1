using R2Synth.Inference.LlamaCpp.Native;
using R2Synth.Records;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>A context of one sequence that reads texts and gives vectors. Not thread-safe.</summary>
internal sealed class SequenceContext : IDisposable
{
    private readonly bool _encodes;

    /// <summary>Makes a context.</summary>
    /// <param name="model">The model.</param>
    /// <param name="settings">What <see cref="Settings"/> gave, and what the caller needs beside.</param>
    /// <exception cref="InputException">llama.cpp could not make it.</exception>
    internal SequenceContext(LlamaModel model, ContextParams settings)
    {
        LlamaLog.Clear();
        Handle = LlamaApi.ContextCreate(model.Handle, settings);
        if (Handle == 0)
            throw new InputException($"llama.cpp could not make a context of {settings.Context} tokens of '{Path.GetFileName(model.Header.Path)}': {LlamaLog.Last()}. Lower the backend's ContextTokens, or take a smaller model.");
        _encodes = LlamaApi.ContextMemory(Handle) == 0;
    }

    /// <summary>llama.cpp's context; 0 once disposed of.</summary>
    internal nint Handle { get; private set; }

    /// <summary>Settings for one sequence, without flash attention.</summary>
    /// <param name="contextTokens">Tokens of the longest text, all in one batch.</param>
    /// <param name="outputs">Tokens of a batch that may have outputs.</param>
    /// <param name="threads">Threads.</param>
    internal static ContextParams Settings(int contextTokens, int outputs, int threads)
    {
        ContextParams settings = LlamaApi.ContextDefaults();
        settings.Context = settings.Batch = settings.MicroBatch = (uint)contextTokens;
        settings.Outputs = settings.OutputsPerSequence = (uint)outputs;
        settings.Sequences = 1;
        settings.Threads = settings.ThreadsBatch = threads;
        settings.FlashAttention = 0;
        return settings;
    }

    /// <summary>Reads tokens in one batch.</summary>
    /// <param name="tokens">At least one.</param>
    /// <param name="first">Position of the first; 0 begins a new text.</param>
    /// <param name="outputs">Whether each has an output.</param>
    internal unsafe void Compute(int[] tokens, int first, bool outputs)
    {
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
                    _ = LlamaApi.MemoryRemove(LlamaApi.ContextMemory(Handle), 0, 0, -1);
                result = _encodes ? LlamaApi.Encode(Handle, batch) : LlamaApi.Decode(Handle, batch);
            }

            if (result != 0)
                throw new InvalidOperationException($"llama.cpp returned {result} for {tokens.Length} tokens: {LlamaLog.Last()}.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Handle != 0)
            LlamaApi.ContextFree(Handle);
        Handle = 0;
    }
}
