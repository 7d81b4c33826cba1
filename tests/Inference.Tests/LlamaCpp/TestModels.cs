using R2Synth.Inference.LlamaCpp;

namespace R2Synth.Inference.Tests.LlamaCpp;

/// <summary>The models that the repository ships.</summary>
internal static class TestModels
{
    public const string Writer = "SmolLM2-135M-Instruct-Q4_1.gguf";
    public const string Embedder = "all-MiniLM-L6-v2-Q8_0.gguf";

    public const string Examples =
        "Passage: The Eiffel Tower stands 330 metres tall in Paris.\nSearch query: how tall is the eiffel tower\n\n"
        + "Passage: Vitamin D helps the body take up calcium.\nSearch query: why does the body need vitamin d\n\n";

    public static readonly string[] Passages =
    [
        "Bees tell each other where flowers are by dancing on the comb.",
        "The Amazon carries more water than the next seven rivers together, and in the wet season it floods forests as large as England.",
        "Concrete sets because cement reacts with water.",
        "Ada Lovelace wrote notes on the Analytical Engine in 1843, among them an algorithm for the Bernoulli numbers.",
        "A heat pump moves heat from a cold place to a warm one; the work it needs is a fraction of the heat that it moves.",
        "Tea plants grow best on slopes with mist.",
        "Gutenberg printed with movable type around 1450, and within fifty years there were presses in more than two hundred towns of Europe.",
        "Sea ice reflects most sunlight, open water takes most of it up.",
    ];

    public static string Folder { get; } = Find();

    public static BackendOptions Options(string model) => new() { Kind = "LlamaCpp", Model = model };

    // One thread: on a busy machine two spin while they wait for each other, and the bits are the same.
    public static async Task<LlamaCppBackend> OpenAsync(string model = Writer, int? sequences = null, int threads = 1, int? context = 512, Action<BackendOptions>? change = null)
    {
        BackendOptions options = Options(model);
        options.Sequences = sequences;
        options.Threads = threads;
        options.ContextTokens = context;
        options.LongSequences = 0;
        change?.Invoke(options);
        return (LlamaCppBackend)await BackendFactory.OpenAsync("test", options, Folder);
    }

    public static string Prompt(string passage) => $"{Examples}Passage: {passage}\nSearch query:";

    private static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "R2Synth.sln")))
            folder = Path.GetDirectoryName(folder);
        return Path.Combine(folder ?? throw new InvalidOperationException("R2Synth.sln is not above the tests."), "models");
    }
}
