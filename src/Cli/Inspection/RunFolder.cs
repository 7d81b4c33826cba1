using System.Text.Json;
using R2Synth.Records;

namespace R2Synth.Cli.Inspection;

/// <summary>A run's folder, as a reader finds it.</summary>
internal sealed class RunFolder
{
    private readonly string _path;

    private RunFolder(string path, string name)
    {
        _path = path;
        Name = name;
    }

    /// <summary>The folder as the user named it.</summary>
    public string Name { get; }

    /// <summary>The shards by ordinal name: Parquet, or JSONL where there is no Parquet.</summary>
    public required IReadOnlyList<string> Shards { get; init; }

    /// <summary>The file of rejects; null where nothing was rejected.</summary>
    public string? Rejects => File.Exists(Path.Combine(_path, "rejects.jsonl")) ? Path.Combine(_path, "rejects.jsonl") : null;

    /// <summary>Opens a finished run.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="name">The folder as the user named it, for messages.</param>
    /// <exception cref="InputException">There is no such folder, or it holds no finished run.</exception>
    public static RunFolder Open(string path, string name)
    {
        if (File.Exists(path)) throw new InputException($"{name} is a file. Name a run's folder, for instance outputs/gecko.");
        if (!Directory.Exists(path)) throw new InputException($"There is no folder {name}. Name a run's folder; r2synth run makes one.");
        string manifest = Path.Combine(path, "run.json");
        if (!File.Exists(manifest))
        {
            string ledger = Path.Combine(path, "ledger.db");
            throw new InputException(File.Exists(ledger)
                ? $"{name} holds a run that has not ended (no run.json yet). The same r2synth run command resumes it."
                : $"{name} is no run's folder: run.json is missing. r2synth run makes such folders.");
        }

        CheckManifest(manifest, Path.Combine(name, "run.json"));
        string shards = Path.Combine(path, "shards");
        string[] files = Directory.Exists(shards) ? Directory.GetFiles(shards, "*.parquet") : [];
        if (files.Length == 0 && Directory.Exists(shards)) files = Directory.GetFiles(shards, "*.jsonl");
        if (files.Length == 0) throw new InputException($"{name} has no shards to read. Run the same r2synth run command again to write them.");
        return new RunFolder(path, name) { Shards = [.. files.Order(StringComparer.Ordinal)] };
    }

    private static void CheckManifest(string path, string name)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            using var document = JsonDocument.Parse(file);
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new InputException($"{name} is no JSON object, so this is no run's folder.");
        }
        catch (JsonException e)
        {
            throw new InputException($"{name} line {e.LineNumber + 1}: this is not JSON, so this is no run's folder.", e);
        }
    }
}
