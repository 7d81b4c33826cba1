using System.IO.Compression;
using System.Text.Json;
using R2Synth.Records;

namespace R2Synth.Evaluation.Tests;

/// <summary>The collections beside the repository: ../shared/data, or data under R2SYNTH_SHARED.</summary>
internal static class SharedData
{
    public static string? Folder { get; } = Find();

    public static IReadOnlyList<Passage> Corpus(string collection)
    {
        string path = Path.Combine(Folder!, collection, "corpus.jsonl"); // tests that need it are skipped without
        using Stream stream = File.Exists(path) ? File.OpenRead(path) : new GZipStream(File.OpenRead(path + ".gz"), CompressionMode.Decompress);
        return [.. Lines(stream).Select(d => new Passage
        {
            Docid = d.GetProperty("_id").GetString()!,
            Title = d.GetProperty("title").GetString()!,
            Text = d.GetProperty("text").GetString()!,
        })];
    }

    public static IReadOnlyList<(string Qid, string Text)> Queries(string collection)
    {
        using FileStream stream = File.OpenRead(Path.Combine(Folder!, collection, "queries.jsonl"));
        return [.. Lines(stream).Select(q => (q.GetProperty("_id").GetString()!, q.GetProperty("text").GetString()!))];
    }

    private static IEnumerable<JsonElement> Lines(Stream stream)
    {
        using StreamReader reader = new(stream);
        while (reader.ReadLine() is string line)
        {
            using JsonDocument document = JsonDocument.Parse(line);
            yield return document.RootElement.Clone();
        }
    }

    private static string? Find()
    {
        string? shared = Environment.GetEnvironmentVariable("R2SYNTH_SHARED");
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); shared is null && folder is not null; folder = folder.Parent)
        {
            shared = File.Exists(Path.Combine(folder.FullName, "R2Synth.sln")) ? Path.Combine(folder.FullName, "..", "shared") : null;
        }

        string data = Path.Combine(shared ?? "", "data");
        return Directory.Exists(data) ? data : null;
    }
}
