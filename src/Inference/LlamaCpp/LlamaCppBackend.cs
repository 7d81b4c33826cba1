using System.Globalization;
using Microsoft.Extensions.AI;
using R2Synth.Inference.LlamaCpp.Native;
using R2Synth.Records;

namespace R2Synth.Inference.LlamaCpp;

/// <summary>A GGUF in this process, run by llama.cpp: writes, scores and structures text, or embeds it, as the model is made for. Thread-safe.</summary>
internal sealed class LlamaCppBackend : Backend
{
    private readonly LlamaModel _model;
    private readonly LlamaEngine? _engine;
    private readonly EmbeddingEngine? _embedding;
    private readonly StateEngine _states;

    private LlamaCppBackend(string name, BackendOptions options, LlamaModel model, ModelFile file)
    {
        _model = model;
        Name = name;
        Weak = options.Weak;
        int threads = options.Threads ?? PhysicalCores.Count();
        ModelIdentity = string.Create(CultureInfo.InvariantCulture, $"{file.Name} sha256 {file.Checksum[..16]}{(options.Requantize is null ? "" : $" as {options.Requantize}")}, {LlamaLibrary.Identity}, kv {options.KvType} one stream a sequence, flash attention {(options.FlashAttention ? "on" : "off")}, gpu layers {options.GpuLayers}{(options.SameBits ? "" : ", not the same bits in any company")}");
        if (model.Embeds)
        {
            ContextTokens = Math.Min(options.ContextTokens ?? EmbeddingContext, model.TrainedContext);
            Concurrency = 2; // one computes, the next is tokenized
            _embedding = new EmbeddingEngine(model, ContextTokens.Value, threads);
            Embeddings = new LlamaCppEmbeddingGenerator(_embedding, file.Name);
            _states = new StateEngine(model, ContextTokens.Value, threads);
            TokenEmbedder = new LlamaCppTokenEmbedder(_states);
            return;
        }

        EngineSettings defaults = new();
        int contextTokens = options.ContextTokens ?? Math.Min(defaults.ContextTokens, model.TrainedContext);
        int longTokens = options.LongContextTokens ?? Math.Min(DefaultLongContext, model.TrainedContext);
        EngineSettings settings = defaults with
        {
            ContextTokens = contextTokens,
            Sequences = options.Sequences ?? defaults.Sequences,
            LongContextTokens = longTokens,
            LongSequences = longTokens > contextTokens ? options.LongSequences ?? DefaultLongSequences : 0,
            Threads = threads,
            SameBits = options.SameBits,
            FlashAttention = options.FlashAttention,
            KvType = KvType.All.First(type => type.Name == options.KvType),
        };
        ContextTokens = settings.Longest;
        Concurrency = settings.Sequences * 2; // the next one waits at the door when a place is free
        _engine = new LlamaEngine(model, settings);
        ChatTemplate template = new(model, _engine.Tokenizer, file.Name);
        Chat = new LlamaCppChatClient(_engine, template, file.Name);
        _states = new StateEngine(model, contextTokens, threads);
        PromptEncoder = new LlamaCppPromptEncoder(_states, template);
        Scorer = new LlamaCppScorer(_engine);
    }

    /// <summary>Positions of the usual sentence encoders.</summary>
    private const int EmbeddingContext = 512;

    private const int DefaultLongContext = 4096;

    private const int DefaultLongSequences = 2;

    /// <inheritdoc/>
    public override string Name { get; }

    /// <inheritdoc/>
    public override string ModelIdentity { get; }

    /// <inheritdoc/>
    public override BackendAbilities Abilities => _embedding is not null
        ? BackendAbilities.Embeddings | BackendAbilities.TokenEmbeddings
        : BackendAbilities.Chat | BackendAbilities.StructuredOutput | BackendAbilities.TokenScores | BackendAbilities.PromptScores | BackendAbilities.PromptStates;

    /// <inheritdoc/>
    public override int? ContextTokens { get; }

    /// <inheritdoc/>
    public override bool Weak { get; }

    /// <inheritdoc/>
    public override int Concurrency { get; }

    /// <inheritdoc/>
    public override IChatClient? Chat { get; }

    /// <inheritdoc/>
    public override ITokenScorer? Scorer { get; }

    /// <inheritdoc/>
    public override IEmbeddingGenerator<string, Embedding<float>>? Embeddings { get; }

    /// <inheritdoc/>
    public override ITokenEmbedder? TokenEmbedder { get; }

    /// <inheritdoc/>
    public override IPromptEncoder? PromptEncoder { get; }

    /// <inheritdoc/>
    public override int? CountTokens(string text) => _engine?.Tokenizer.EncodePiece(text).Length;

    /// <summary>The engine, for tests and the benchmark; null for a model that embeds.</summary>
    internal LlamaEngine? Engine => _engine;

    /// <summary>The weights, for tests.</summary>
    internal LlamaModel Model => _model;

    /// <summary>Checks the file, loads the libraries and the model.</summary>
    /// <param name="name">The backend's name in the settings.</param>
    /// <param name="options">Its settings.</param>
    /// <param name="folder">Where relative paths start.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InputException">The settings do not fit, the file is missing or damaged, or the libraries are another version.</exception>
    internal static async Task<Backend> OpenAsync(string name, BackendOptions options, string folder, CancellationToken cancellationToken)
    {
        LlamaCppOptionsCheck.Check(name, options);
        ModelFile file = await ModelFile.OpenAsync(name, Path.GetFullPath(options.Model, Path.GetFullPath(folder)), cancellationToken);
        LlamaLibrary.Load(options.Libraries is null ? null : Path.GetFullPath(options.Libraries, Path.GetFullPath(folder)));
        if (options.GpuLayers > 0 && LlamaApi.SupportsGpuOffload() == 0)
            throw new InputException($"Setting R2Synth:Backends:{name}:GpuLayers is {options.GpuLayers}, but the llama.cpp libraries in use have no GPU backend. Set it to 0, or name GPU libraries in Libraries.");

        // A file that is of that type already needs no copy.
        string weights = options.Requantize is null || options.Requantize == GgufHeader.Read(file.Path).Quantization
            ? file.Path
            : await Task.Run(() => RequantizedModel.Make(file, options.Requantize, Path.GetFullPath(options.RequantizeFolder, Path.GetFullPath(folder))), cancellationToken);
        var model = LlamaModel.Load(weights, options.GpuLayers, options.SameBits);
        try
        {
            CheckTrained(name, nameof(options.ContextTokens), options.ContextTokens, model, file);
            CheckTrained(name, nameof(options.LongContextTokens), options.LongContextTokens, model, file);
            return new LlamaCppBackend(name, options, model, file);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static void CheckTrained(string name, string setting, int? value, LlamaModel model, ModelFile file)
    {
        if (value > model.TrainedContext)
            throw new InputException($"Setting R2Synth:Backends:{name}:{setting} is {value}, but {file.Name} was trained for {model.TrainedContext}. Lower it.");
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (_engine is not null)
            await _engine.DisposeAsync();
        if (_embedding is not null)
            await _embedding.DisposeAsync();
        await _states.DisposeAsync();
        _model.Dispose();
    }
}
