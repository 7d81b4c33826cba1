using R2Synth.Inference.LlamaCpp;
using R2Synth.Inference.LlamaCpp.Native;

namespace R2Synth.Bench;

/// <summary>The shipped model with engines of several sizes.</summary>
internal sealed class BenchedModel : IAsyncDisposable
{
    public const string Shipped = "Q4_1";
    public const int ContextTokens = 512;
    public const int Sequences = 16;
    public const int KeptPrompts = 4;

    private readonly LlamaModel _model;

    private BenchedModel(LlamaModel model, string identity, int threads)
    {
        _model = model;
        Identity = identity;
        Threads = threads;
        Tokenizer = new Tokenizer(model);
    }

    public string Identity { get; }

    public int Threads { get; }

    public Tokenizer Tokenizer { get; }

    public static async Task<BenchedModel> OpenAsync(string type, int threads)
    {
        string root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "R2Synth.sln")))
            root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("R2Synth.sln is not above the program.");

        ModelFile file = await ModelFile.OpenAsync("bench", Path.Combine(root, "models", "SmolLM2-135M-Instruct-Q4_1.gguf"), CancellationToken.None);
        LlamaLibrary.Load(null);
        string path = type == Shipped ? file.Path : RequantizedModel.Make(file, type, Path.Combine(root, "outputs", "models"));
        return new BenchedModel(LlamaModel.Load(path, 0), $"{file.Name}{(type == Shipped ? "" : " as " + type)}, {LlamaLibrary.Identity}", threads);
    }

    public LlamaEngine Engine(int sequences = Sequences, bool share = true) => new(_model, Settings with { Sequences = sequences, SharePrefixes = share });

    /// <summary>An engine that does not promise the same bits.</summary>
    public LlamaEngine FastEngine(string kvType) =>
        new(_model, Settings with { SharePrefixes = false, SameBits = false, FlashAttention = true, KvType = KvType.All.First(type => type.Name == kvType) });

    public LlamaContext BareContext(int streams) => new(_model, ContextTokens, streams, Settings);

    private EngineSettings Settings => new() { ContextTokens = ContextTokens, Sequences = Sequences, KeptPrompts = KeptPrompts, Threads = Threads };

    public ValueTask DisposeAsync()
    {
        _model.Dispose();
        return ValueTask.CompletedTask;
    }
}
