using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.AI;
using R2Synth.Miners.Retrieval;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Reporting;
using R2Synth.Records;

namespace R2Synth.Bench;

/// <summary>Vectors on disk: what it takes to open a corpus again by the cache of calls and by the file of vectors, and to search a large one.</summary>
internal static class Vectors
{
    private const int Dimensions = 384;
    private const int Distinct = 4937; // of hotpotqa-500; the larger corpora hold the same texts again
    private const int Queries = 256;

    /// <summary>Runs it in a folder that is emptied at the end.</summary>
    /// <param name="args">Passages of the large corpus; 1,000,000 by default.</param>
    public static async Task RunAsync(IReadOnlyList<string> args)
    {
        int large = args.Count > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
        string folder = Directory.CreateTempSubdirectory("r2synth-vectors-").FullName;
        try
        {
            foreach (int count in new[] { Distinct, 20 * Distinct }) await OpenAgainAsync(folder, count);
            await SearchAsync(folder, large);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task OpenAgainAsync(string folder, int count)
    {
        Passage[] passages = Passages(count, i => Text(i % Distinct));
        VectorPlace place = Place(folder, count);
        await using CallCache cache = CallCache.Open(Path.Combine(folder, "cache.db"));
        using CachedEmbeddingGenerator cached = new(new Chance(), cache, "model", new RunCounters());
        Say($"{count:#,0} passages: first time", await TimeAsync(() => DenseRetriever.BuildAsync(cached, passages)));
        Say($"{count:#,0} passages: again by the cache of calls", await TimeAsync(() => DenseRetriever.BuildAsync(cached, passages)));
        Say($"{count:#,0} passages: again by the cache of calls, kept in a file", await TimeAsync(() => DenseRetriever.BuildAsync(cached, passages, place: place)));
        Say($"{count:#,0} passages: again by the file", await TimeAsync(() => DenseRetriever.BuildAsync(cached, passages, place: place)));
        Say($"{count:#,0} passages: the key of the file", await TimeAsync(() => Task.FromResult(CorpusHash.Of(passages))));
    }

    private static async Task SearchAsync(string folder, int count)
    {
        Passage[] passages = Passages(count, i => i.ToString(CultureInfo.InvariantCulture));
        VectorPlace place = Place(folder, count);
        Chance chance = new();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Say($"{count:#,0} passages: vectors made and kept", await TimeAsync(() => DenseRetriever.BuildAsync(chance, passages, Environment.ProcessorCount, place: place)));
        DenseRetriever dense = null!; // set in the next line
        Say($"{count:#,0} passages: again by the file", await TimeAsync(async () => dense = await DenseRetriever.BuildAsync(chance, passages, place: place)));
        Console.WriteLine($"  on the heap: {Math.Max(0, GC.GetTotalMemory(forceFullCollection: true) - before) >> 20:#,0} MB of {(long)count * Dimensions * sizeof(float) >> 20:#,0} MB of vectors");
        RetrievalQuery[] queries = [.. Enumerable.Range(0, Queries).Select(i => new RetrievalQuery($"q{i}", $"query {i}"))];
        Say("one query alone, one thread", await TimeAsync(async () => await dense.SearchAsync("query", 100)));
        Say("one query alone, all threads", await TimeAsync(async () => await dense.RankAllAsync(queries[..1], 100)));
        double seconds = await TimeAsync(async () => await dense.RankAllAsync(queries, 100));
        Say($"{Queries} queries at once, depth 100: {Queries / seconds:0.0} a second, {Queries * (double)count * Dimensions / seconds / 1e9:0.0} billion products a second", seconds);
    }

    private static VectorPlace Place(string folder, int count) => new(Path.Combine(folder, $"{count}.vec"), ContentHash.Of(count.ToString(CultureInfo.InvariantCulture)));

    private static Passage[] Passages(int count, Func<int, string> text) => [.. Enumerable.Range(0, count).Select(i => new Passage { Docid = $"d{i}", Text = text(i) })];

    private static string Text(int i) => string.Join(' ', Enumerable.Range(i, 80).Select(word => $"word{word % 997}")) + i;

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        long began = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(began).TotalSeconds;
    }

    private static void Say(string what, double seconds) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {seconds:0.00} s"));

    // Vectors by chance, the same for the same text, at the speed of memory.
    private sealed class Chance : IEmbeddingGenerator<string, Embedding<float>>
    {
        public Task<GeneratedEmbeddings<Embedding<float>>> GenerateAsync(IEnumerable<string> values, EmbeddingGenerationOptions? options = null, CancellationToken cancellationToken = default) =>
            Task.FromResult(new GeneratedEmbeddings<Embedding<float>>(values.Select(text =>
            {
                UnitSeed seed = new(1, text, 0);
                ulong state = (ulong)seed.Next(int.MaxValue) | 1;
                float[] vector = new float[Dimensions];
                for (int i = 0; i < vector.Length; i++)
                {
                    state = (state * 6364136223846793005) + 1442695040888963407;
                    vector[i] = ((state >> 40) / (float)(1 << 24)) - 0.5f;
                }

                return new Embedding<float>(vector);
            })));

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
