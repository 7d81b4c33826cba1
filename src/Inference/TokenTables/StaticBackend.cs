using Microsoft.Extensions.AI;
using R2Synth.Inference.LlamaCpp;
using R2Synth.Records;

namespace R2Synth.Inference.TokenTables;

/// <summary>A table of token vectors that embeds text by a mean: no network is run, so it embeds thousands of passages a second. Thread-safe.</summary>
internal sealed class StaticBackend : Backend
{
    /// <summary>The GGUF that is looked for beside the table where <see cref="BackendOptions.Vocabulary"/> names none.</summary>
    internal const string DefaultVocabulary = "all-MiniLM-L6-v2-Q8_0.gguf";

    private readonly TextTokenizer _tokenizer;

    private StaticBackend(string name, TokenTable table, TextTokenizer tokenizer, string identity, string file)
    {
        Name = name;
        ModelIdentity = identity;
        _tokenizer = tokenizer;
        Embeddings = new StaticEmbeddingGenerator(table, tokenizer, file);
    }

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string ModelIdentity { get; }

    /// <inheritdoc/>
    public override BackendAbilities Abilities => BackendAbilities.Embeddings;

    /// <inheritdoc/>
    public override int? ContextTokens => null;

    /// <inheritdoc/>
    public override bool Weak => false;

    /// <inheritdoc/>
    public override int Concurrency => Environment.ProcessorCount;

    /// <inheritdoc/>
    public override IEmbeddingGenerator<string, Embedding<float>>? Embeddings { get; }

    /// <inheritdoc/>
    public override bool EmbedsQuickerThanCache => true;

    /// <inheritdoc/>
    public override int? CountTokens(string text) => _tokenizer.Encode(text).Length;

    /// <summary>The table's file.</summary>
    internal static string TablePath(BackendOptions options, string folder) => Path.GetFullPath(options.Model, Path.GetFullPath(folder));

    /// <summary>The file of the vocabulary.</summary>
    internal static string VocabularyPath(BackendOptions options, string folder) => string.IsNullOrEmpty(options.Vocabulary)
        ? Path.Combine(Path.GetDirectoryName(TablePath(options, folder)) ?? folder, DefaultVocabulary)
        : Path.GetFullPath(options.Vocabulary, Path.GetFullPath(folder));

    /// <summary>Checks and reads the table, and opens the vocabulary.</summary>
    /// <param name="name">The backend's name in the settings.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InputException">A setting does not fit, a file is missing or damaged, or the two do not belong together.</exception>
    internal static async Task<Backend> OpenAsync(string name, BackendOptions options, string folder, CancellationToken cancellationToken)
    {
        string setting = $"R2Synth:Backends:{name}";
        if (string.IsNullOrWhiteSpace(options.Model))
            throw new InputException($"Setting {setting}:Model is empty. It names the safetensors file with the token table, relative to the settings file's folder.");
        if (options.Endpoints.Count > 0 || options.Path is not null)
            throw new InputException($"Setting {setting} is of Kind Static, a table in this process, where Endpoints and Path do not apply. Remove them.");

        string table = TablePath(options, folder), vocabulary = VocabularyPath(options, folder);
        TokenTable rows = await TokenTable.ReadAsync(table, cancellationToken);
        string checksum = await ModelFile.VerifiedChecksumAsync(table, cancellationToken);
        if (!File.Exists(vocabulary))
            throw new InputException($"Setting {setting}:Vocabulary {(options.Vocabulary is null ? "is not set, and beside the table there is no" : "names")} '{vocabulary}'{(options.Vocabulary is null ? "" : ", which does not exist")}. It must be the GGUF whose tokens the table's rows belong to.");
        TextTokenizer tokenizer = await TextTokenizer.OpenAsync(vocabulary, cancellationToken);
        try
        {
            if (rows.Rows != tokenizer.VocabularySize)
                throw new InputException($"The token table '{table}' has {rows.Rows} rows, and the vocabulary '{vocabulary}' has {tokenizer.VocabularySize} tokens. They must belong to one model: mend {setting}:Model or {setting}:Vocabulary.");
            return new StaticBackend(name, rows, tokenizer, $"{Path.GetFileName(table)} sha256 {checksum[..16]}, vocabulary {Path.GetFileName(vocabulary)} sha256 {tokenizer.Checksum[..16]}, plain mean", Path.GetFileName(table));
        }
        catch
        {
            tokenizer.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        _tokenizer.Dispose();
        return ValueTask.CompletedTask;
    }
}
