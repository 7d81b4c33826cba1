using R2Synth.Inference;
using R2Synth.Miners.Ranking;
using R2Synth.Pipeline;

namespace R2Synth.Cli.Tests;

/// <summary>The real program in a folder of its own, with a faked engine.</summary>
internal sealed class TestApp : IDisposable
{
    public const string Settings = """
        {
          "R2Synth": {
            "Backends": {
              "embedded": { "Kind": "LlamaCpp", "Model": "models/tiny.gguf", "Weak": true },
              "minilm": { "Kind": "LlamaCpp", "Model": "models/embed.gguf" }
            }
          }
        }
        """;

    public TestApp(string? settings = Settings)
    {
        Folder = Directory.CreateTempSubdirectory("r2synth-cli-").FullName;
        Write("R2Synth.sln", "");
        Write("corpus/a.txt", "A text.");
        Write("topics.txt", "gardening");
        if (settings is not null) Write("appsettings.json", settings);
    }

    public string Folder { get; }

    public Dictionary<string, string> Variables { get; } = new(StringComparer.Ordinal);

    public FakeRunEngine Engine { get; } = new();

    public Func<string, BackendOptions, string, CancellationToken, Task<Backend>> OpenBackend { get; set; } =
        (name, _, _, _) => Task.FromResult<Backend>(new FakeBackend(name));

    public Func<string, string, IPassageJudge>? OpenJudge { get; set; }

    /// <summary>The settings that the engine was opened with.</summary>
    public R2SynthOptions? Options { get; private set; }

    /// <summary>The folder that the engine was given for models and prompts.</summary>
    public string? SettingsFolder { get; private set; }

    public string CurrentFolder { get; set; } = "";

    public string ProgramFolder { get; set; } = "";

    public string Write(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path) ?? Folder);
        File.WriteAllText(path, text);
        return path;
    }

    public async Task<(int Code, string Out, string Error)> RunAsync(IReadOnlyList<string> args, CancellationToken cancellationToken = default)
    {
        var stdout = new StringWriter { NewLine = "\n" };
        var stderr = new StringWriter { NewLine = "\n" };
        string current = Path.Combine(Folder, CurrentFolder);
        var environment = new AppEnvironment
        {
            CurrentFolder = current,
            ProgramFolder = ProgramFolder.Length > 0 ? ProgramFolder : current,
            Variables = Variables,
            OpenBackend = OpenBackend,
            OpenJudge = OpenJudge,
            OpenEngine = (options, folder) =>
            {
                Options = options;
                SettingsFolder = folder;
                return Engine;
            },
        };
        int code = await R2SynthApp.RunAsync(args, stdout, stderr, environment, cancellationToken).WaitAsync(TimeSpan.FromMinutes(1), CancellationToken.None);
        return (code, stdout.ToString(), stderr.ToString());
    }

    public Task<(int Code, string Out, string Error)> RunAsync(string args) => RunAsync(args.Split(' '));

    /// <summary>Runs gecko with more arguments; for tests of the settings.</summary>
    public Task<(int Code, string Out, string Error)> RunGeckoAsync(params string[] more) => RunAsync(["run", "gecko", "--corpus", "corpus", .. more]);

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
