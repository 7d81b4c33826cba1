using System.Runtime.InteropServices;
using R2Synth.Inference.LlamaCpp.Native;
using R2Synth.Records;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>
/// A loaded GGUF: the weights and the vocabulary. Thread-safe. The weights stay until the last user has let go, so that a late call to the
/// tokenizer never meets freed memory.
/// </summary>
internal sealed class LlamaModel : SafeHandle
{
    private LlamaModel(nint handle)
        : base(0, ownsHandle: true) => SetHandle(handle);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Tokens in the vocabulary.</summary>
    internal int VocabSize { get; private init; }

    /// <summary>Tokens that the model was trained to hold.</summary>
    internal int TrainedContext { get; private init; }

    /// <summary>Whether it embeds text rather than writes it.</summary>
    internal bool Embeds { get; private init; }

    /// <summary>Whether it writes text and its tokenizer still puts an end mark after each.</summary>
    internal bool EndsTexts { get; private init; }

    /// <summary>Whether its tokenizer puts a blank before each text (SentencePiece).</summary>
    internal bool SentencePiece { get; private init; }

    /// <summary>
    /// Whether a matrix product of one row may round otherwise than one of several. Not so in the types that were tried: Q4_1 and Q8_0.
    /// </summary>
    internal bool PairsRows { get; private init; }

    /// <summary>What the file says of itself.</summary>
    internal required GgufHeader Header { get; init; }

    internal int GpuLayers { get; private init; }

    internal nint Handle => IsClosed ? throw new ObjectDisposedException(nameof(LlamaModel)) : handle;

    internal nint Vocab { get; private init; }

    /// <summary>Loads a file.</summary>
    /// <param name="path">The GGUF.</param>
    /// <param name="gpuLayers">Layers that lie on the GPU.</param>
    /// <param name="sameBits">Whether <see cref="EngineSettings.SameBits"/> will hold; false lets the library rearrange weights for speed.</param>
    /// <exception cref="InputException">The file is damaged, or llama.cpp refuses it; the message carries the reason.</exception>
    internal static LlamaModel Load(string path, int gpuLayers, bool sameBits = true)
    {
        var header = GgufHeader.Read(path);
        ModelParams settings = LlamaApi.ModelDefaults();
        settings.GpuLayers = gpuLayers;
        // Repacked weights take one kernel for rows in fours and another for the rest: bits would depend on the company (docs/decisions/0001-same-bits.md).
        settings.UseExtraBuffers = sameBits ? (byte)0 : (byte)1;
        LlamaLog.Clear();
        nint model = LlamaApi.ModelLoad(path, settings);
        if (model == 0)
            throw new InputException($"llama.cpp cannot load the model '{path}': {LlamaLog.Last()}. Fetch the file again, or use another GGUF.");

        nint vocab = LlamaApi.ModelVocab(model);
        if (LlamaApi.ModelIsRecurrent(model) != 0 || LlamaApi.ModelIsHybrid(model) != 0 || LlamaApi.ModelIsDiffusion(model) != 0)
        {
            LlamaApi.ModelFree(model);
            throw new InputException($"The model '{path}' is of the architecture '{header.Architecture}', whose state is not one key and value a token; prefixes cannot be shared in it. Use a transformer, or serve it behind Kind OpenAI.");
        }

        return new LlamaModel(model)
        {
            Vocab = vocab,
            VocabSize = LlamaApi.VocabSize(vocab),
            TrainedContext = LlamaApi.ModelTrainedContext(model),
            Header = header,
            GpuLayers = gpuLayers,
            Embeds = header.Embeds,
            PairsRows = header.FileType is not (3 or 7), // llama_ftype: MOSTLY_Q4_1, MOSTLY_Q8_0
            EndsTexts = !header.Embeds && LlamaApi.VocabAddsEnd(vocab) != 0,
            SentencePiece = LlamaApi.VocabType(vocab) == 1,
        };
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        LlamaApi.ModelFree(handle);
        return true;
    }
}
