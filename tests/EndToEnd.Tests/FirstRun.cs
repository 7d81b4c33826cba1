namespace R2Synth.EndToEnd.Tests;

/// <summary>The main job, run once with the shipped models and an empty cache; what the tests compare with.</summary>
public sealed class FirstRun : IAsyncLifetime, IDisposable
{
    internal const string Out = "first";
    internal const string Cache = "cache.db";
    internal const int Count = 4;

    internal Workplace Place { get; } = new();

    internal Outcome Outcome { get; private set; } = null!; // set before the first test

    internal long Calls { get; private set; }

    /// <summary>Keys of the replies that it kept; tests that ask more of the same cache add to it later.</summary>
    internal IReadOnlySet<string> Kept { get; private set; } = new HashSet<string>();

    internal SortedDictionary<string, string> Promised { get; private set; } = [];

    /// <summary>The command, to another folder or with another cache.</summary>
    internal static string[] Command(string output, string cache, params string[] more) => Workplace.Run("e5 gecko", Count, output, cache, more);

    public async Task InitializeAsync()
    {
        Outcome = (await Place.RunAsync(Command(Out, Cache, "--set", "Pipeline:Parallelism=8"))).Ended(0);
        Calls = RunFiles.CallsMade(Place.Path(Out));
        Kept = CacheFile.Keys(Place.Path(Cache));
        Promised = Place.Promised(Out);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    public void Dispose() => Place.Dispose();
}
