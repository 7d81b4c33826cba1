using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using R2Synth.Bench.Hosted;

namespace R2Synth.Bench.Retrieval;

/// <summary>
/// BM25 over hotpotqa-500 and over that corpus grown, by the product's index and by Lucene.Net's, each in a process of its own, as Markdown.
/// Flags: <c>--copies</c> (20), <c>--rounds</c> (10), <c>--index</c> (ours or lucene alone), <c>--only</c> (small, changed, same).
/// </summary>
internal static class RetrievalBench
{
    /// <summary>The collections: data under R2SYNTH_SHARED, or ../shared/data.</summary>
    public static string Data => Path.Combine(Environment.GetEnvironmentVariable("R2SYNTH_SHARED") ?? Path.Combine("..", "shared"), "data");

    public static async Task RunAsync(string[] args)
    {
        Flags flags = new(args);
        int copies = flags.Number("copies", 20), rounds = flags.Number("rounds", 10);
        (string Name, string Words, int Copies, int Changed)[] corpora =
        [
            ("small", "as it is", 1, 1), ("changed", $"{copies} times, tokens changed", copies, 1), ("same", $"{copies} times, verbatim", copies, 0),
        ];
        TextWriter report = Console.Out;
        await report.WriteLineAsync("| hotpotqa-500 | index | passages | index s | queries/s, first pass | one thread | two threads | nDCG@10 | peak MB (before) | file MB | open s |");
        await report.WriteLineAsync("|---|---|---|---|---|---|---|---|---|---|---|");
        foreach ((string name, string words, int times, int changed) in corpora.Where(corpus => (flags.Text("only") ?? corpus.Name) == corpus.Name))
        {
            foreach (string index in flags.Text("index") is { } one ? [one] : new[] { "ours", "lucene" })
            {
                // Lucene's index is some ten times slower: fewer rounds give as stable a figure.
                string figures = await ClientAsync(string.Create(
                    CultureInfo.InvariantCulture, $"--index {index} --copies {times} --changed {changed} --rounds {(index == "lucene" ? Math.Max(rounds / 10, 1) : rounds)}"));
                RetrievalFigures f = JsonSerializer.Deserialize<RetrievalFigures>(figures) ?? throw new InvalidOperationException("The client wrote no figures.");
                await report.WriteLineAsync(string.Create(
                    CultureInfo.InvariantCulture,
                    $"| {words} | {index} | {f.Passages:N0} | {f.IndexSeconds:F2} | {f.FirstRate:N0} | {f.OneThread:N0} | {f.TwoThreads:N0} | {f.Ndcg:F3} | {f.PeakMb:F0} ({f.CorpusMb:F0}) | {f.FileMb:F1} | {f.OpenSeconds:F2} |"));
            }
        }
    }

    private static async Task<string> ClientAsync(string flags)
    {
        using Process client = Process.Start(new ProcessStartInfo("dotnet", $"\"{typeof(RetrievalBench).Assembly.Location}\" retrieval-client {flags}") { RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("The client did not start.");
        string output = await client.StandardOutput.ReadToEndAsync();
        await client.WaitForExitAsync();
        return client.ExitCode == 0 ? output : throw new InvalidOperationException($"The client ended with {client.ExitCode}.");
    }
}
