using System.Security.Cryptography;
using System.Text;

namespace R2Synth.EndToEnd.Tests;

/// <summary>A folder of its own to stand in, with a few of the repository's sample documents, and the built program to start there.</summary>
internal sealed class Workplace : IDisposable
{
    /// <summary>Longest that any run here may take; they take seconds on a quiet machine.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    /// <summary>
    /// Few draws and candidates, and rules under which a handful of units surely makes groups, whatever the processor's kernels let the model write.
    /// One thread: on a busy machine two wait for each other, and the bits are the same.
    /// </summary>
    private static readonly string[] Small =
    [
        "--set", "Mining:Candidates=4", "--set", "Mining:JudgedWords=48", "--set", "Mining:NegativeRule=gecko", "--set", "Gecko:WeakDraws=1", "--set", "Gecko:MinGrounding=-100",
        "--set", "E5:WeakNegativeDraws=1", "--set", "E5:TasksPerCall=3",
        "--set", "Backends:embedded:Threads=1", "--set", "Backends:minilm:Threads=1",
    ];

    // From its own folder, not the tests': beside the tests lie only the libraries that ASP.NET, which the test server needs, does not bring.
    private static readonly string Program = Repository.Path(
        "artifacts", "bin", "R2Synth.Cli", System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "r2synth.dll");

    private static readonly string Documents = Repository.Path("samples", "field-guides", "agency-guides", "accessibility");

    public Workplace()
    {
        Folder = Directory.CreateTempSubdirectory("r2synth-e2e-").FullName;
        foreach (string file in Directory.GetFiles(Documents)) Write(System.IO.Path.Combine("corpus", System.IO.Path.GetFileName(file)), File.ReadAllBytes(file));
        Write("topics.txt", "cooking and recipes\n");
    }

    public string Folder { get; }

    /// <summary>A main job's command: recipes, inputs, the small settings, a cache.</summary>
    public static string[] Run(string recipes, int count, string output, string cache, params string[] more) =>
    [
        "run", .. recipes.Split(' '), "--corpus", "corpus", "--topics", "topics.txt", "--count", $"{count}", "--out", output, .. Small, "--set", $"Cache:Path={cache}", .. more,
    ];

    public string Path(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Folder, .. parts]);

    public string Write(string name, string text) => Write(name, Encoding.UTF8.GetBytes(text));

    public string Write(string name, byte[] content)
    {
        string path = Path(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path) ?? Folder);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>Starts the program that was built with the tests.</summary>
    public StartedProgram Start(IEnumerable<string> args) => StartedProgram.Start("dotnet", [Program, .. args], Folder, [new("NO_COLOR", "1")]);

    /// <summary>Runs it to its end.</summary>
    public async Task<Outcome> RunAsync(params string[] args)
    {
        await using StartedProgram program = Start(args);
        return await program.EndAsync(Limit);
    }

    /// <summary>The bytes that a run promises, as hashes by name: shards and rejects.</summary>
    public SortedDictionary<string, string> Promised(string output)
    {
        SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        foreach (string file in Directory.GetFiles(Path(output, "shards"), "*"))
            files[$"shards/{System.IO.Path.GetFileName(file)}"] = Hash(file);
        files["rejects.jsonl"] = Hash(Path(output, "rejects.jsonl"));
        Assert.Contains(files.Keys, name => name.EndsWith(".parquet", StringComparison.Ordinal));
        return files;
    }

    /// <summary>Every file below a folder, as hashes by name, but for what SQLite and the lock write when they are only looked at; empty where there is no folder.</summary>
    public SortedDictionary<string, string> Everything(string output)
    {
        SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        if (!Directory.Exists(Path(output))) return files;
        foreach (string file in Directory.GetFiles(Path(output), "*", SearchOption.AllDirectories))
        {
            string name = System.IO.Path.GetRelativePath(Path(output), file);
            if (!name.EndsWith("-wal", StringComparison.Ordinal) && !name.EndsWith("-shm", StringComparison.Ordinal) && name != "run.lock") files[name] = Hash(file);
        }

        return files;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string Hash(string file) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file)));
}
