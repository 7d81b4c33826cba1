using System.Diagnostics;
using System.Globalization;
using R2Synth.Records;

namespace R2Synth.Bench.Evidence;

/// <summary>The product itself, as a user starts it: a process a run, all with one cache.</summary>
internal sealed class StartedProgram(string output, int count, int candidates, int threads)
{
    public Task<IReadOnlyList<Group>> GeckoAsync(string collection, string corpus, Variant variant)
    {
        string place = Path.Combine(output, Slug(collection), Slug(variant.Name));
        return RunAsync(place, collection, [
            "run", .. variant.Recipes, "--corpus", corpus, "--count", count.ToString(CultureInfo.InvariantCulture),
            "--set", $"Mining:Candidates={candidates}", "--out", place, .. variant.Settings.SelectMany(setting => (string[])["--set", setting])]);
    }

    public Task<IReadOnlyList<Group>> MineAsync(string collection, string corpus, string qrels, string rule)
    {
        string place = Path.Combine(output, Slug(collection), "mine-" + Slug(rule));
        return RunAsync(place, collection, [
            "mine", "--corpus", corpus, "--queries", Path.Combine(corpus, "queries.jsonl"), "--qrels", qrels, "--rule", rule, "--negatives", "4", "--out", place]);
    }

    /// <summary>Writes lines into the collection's folder.</summary>
    public string Write(string name, string collection, IEnumerable<string> lines)
    {
        string path = Path.Combine(output, Slug(collection), name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!); // it has one
        File.WriteAllText(path, string.Concat(lines.Prepend("query-id\tcorpus-id\tscore").Select(line => line + "\n")));
        return path;
    }

    private async Task<IReadOnlyList<Group>> RunAsync(string place, string collection, string[] arguments)
    {
        string program = (await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, "r2synth.path"))).Trim();
        string cache = Path.Combine(output, Slug(collection), "cache.db");
        ProcessStartInfo start = new("dotnet", [program, .. arguments, "--set", $"Cache:Path={cache}", "--set", $"Backends:embedded:Threads={threads}", "--set", $"Backends:minilm:Threads={threads}"])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("r2synth did not start.");
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{string.Join(' ', arguments)} ended with {process.ExitCode}: {(await errors).TrimEnd().Split('\n')[^1]}");
        List<Group> groups = [];
        foreach (string shard in Directory.GetFiles(Path.Combine(place, "shards"), "*.parquet").Order(StringComparer.Ordinal))
        {
            await foreach (Group group in GroupParquetReader.ReadAsync(shard)) groups.Add(group);
        }

        return [.. groups.OrderBy(group => group.Id, StringComparer.Ordinal)];
    }

    private static string Slug(string name) => string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
}
