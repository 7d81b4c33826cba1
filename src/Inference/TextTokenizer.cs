using R2Synth.Inference.LlamaCpp;
using R2Synth.Inference.LlamaCpp.Native;
using R2Synth.Records;

namespace R2Synth.Inference;

/// <summary>Text to token ids by a GGUF's own vocabulary, for tables whose rows are its tokens. Thread-safe.</summary>
public sealed class TextTokenizer : IDisposable
{
    private readonly LlamaModel _model;
    private readonly Tokenizer _tokenizer;

    private TextTokenizer(LlamaModel model, string checksum) => (_model, _tokenizer, Checksum) = (model, new Tokenizer(model), checksum);

    /// <summary>SHA-256 of the GGUF, 64 hexadecimal digits.</summary>
    public string Checksum { get; }

    /// <summary>Tokens in the vocabulary: ids lie in [0, this).</summary>
    public int VocabularySize => _model.VocabSize;

    /// <summary>Opens the vocabulary of a GGUF.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InputException">The file is missing, no GGUF, damaged, or llama.cpp refuses it.</exception>
    public static async Task<TextTokenizer> OpenAsync(string path, CancellationToken cancellationToken = default)
    {
        ModelFile file = await ModelFile.OpenAsync("tokenizer", path, cancellationToken);
        LlamaLibrary.Load(null);
        return new TextTokenizer(LlamaModel.Load(file.Path, gpuLayers: 0), file.Checksum);
    }

    /// <summary>The tokens of a text, without those that mark its start and end.</summary>
    public int[] Encode(string text) => _tokenizer.EncodePiece(text);

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();
}
