using R2Synth.Records;
using R2Synth.Testing;

namespace R2Synth.EndToEnd.Tests;

/// <summary>kill -9 at five moments drawn by a seed, each told by progress, never by time.</summary>
[Collection(ModelRuns.Name)]
public sealed class KillTests(FirstRun first)
{
    private const int Kills = 5;

    [Fact]
    public async Task A_run_killed_five_times_ends_with_the_bytes_of_an_uninterrupted_one()
    {
        IReadOnlySet<string> uninterrupted = first.Kept;
        string[] command = FirstRun.Command("killed", "kills/cache.db"); // vectors are kept beside the cache
        string cache = first.Place.Path("kills", "cache.db");
        UnitSeed chance = new(1, "kills", 0);
        HashSet<string> kept = [];
        for (int kill = 0; kill < Kills; kill++)
        {
            // One moment in each sixth of the work, so that the last leaves some.
            int replies = Math.Max((int)((kill + chance.NextDouble()) * uninterrupted.Count / (Kills + 1)), kept.Count + 1);
            await using (StartedProgram program = first.Place.Start(command))
            {
                await KillWhenAsync(program, () => CacheFile.Keys(cache).Count >= replies);
            }

            IReadOnlySet<string> now = CacheFile.Keys(cache);
            Assert.Empty(kept.Except(now)); // what was answered is never lost
            kept.UnionWith(now);
            Assert.False(Directory.Exists(first.Place.Path("killed", "shards")) && Directory.GetFiles(first.Place.Path("killed", "shards"), "train-*").Length > 0, "Shards are there before the run is done.");
        }

        (await first.Place.RunAsync(command)).Ended(0);

        Assert.Equal(first.Promised, first.Place.Promised("killed"));
        IReadOnlySet<string> all = CacheFile.Keys(cache);
        Assert.Equal(uninterrupted.Order(StringComparer.Ordinal), all.Order(StringComparer.Ordinal));
        // Each call adds at least one reply: the last start asked for nothing that was kept.
        Assert.InRange(RunFiles.CallsMade(first.Place.Path("killed")), 1, all.Count - kept.Count);
    }

    [Fact]
    public async Task A_run_on_a_faulty_server_killed_five_times_repeats_at_most_the_faults_and_the_requests_in_flight()
    {
        await using TestServer calm = await TestServer.StartAsync(new TestServerOptions { Model = "local" });
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions
        {
            Model = "local",
            Latency = TimeSpan.FromMilliseconds(100),
            FaultShare = 0.2,
            FaultSeed = 7,
            Faults = [ServerFault.TooManyRequests, ServerFault.ServerError, ServerFault.ConnectionReset, ServerFault.BrokenBody],
        });
        (await first.Place.RunAsync(Command(calm, "calm"))).Ended(0);
        UnitSeed chance = new(2, "kills", 0);
        for (int kill = 0; kill < Kills; kill++)
        {
            int requests = Math.Max((int)((kill + chance.NextDouble()) * calm.Requests / (Kills + 1)), server.Requests + 1);
            await using StartedProgram program = first.Place.Start(Command(server, "stormy"));
            await KillWhenAsync(program, () => server.Requests >= requests);
        }

        (await first.Place.RunAsync(Command(server, "stormy"))).Ended(0);

        Assert.Equal(first.Place.Promised("calm"), first.Place.Promised("stormy"));
        Assert.True(server.FaultyRequests > 0, "No fault was met.");
        Assert.InRange(server.Requests, calm.Requests, calm.Requests + server.FaultyRequests + (Kills * server.MostInFlight));
    }

    private static string[] Command(TestServer server, string name) =>
        Workplace.Run("e5", 6, name, $"{name}.db", "--generator", "local-server", "--set", $"Backends:local-server:Endpoints:0:Url={server.Url}");

    private static async Task KillWhenAsync(StartedProgram program, Func<bool> moment)
    {
        using CancellationTokenSource late = new(Workplace.Limit);
        while (!moment())
        {
            if (program.Ended)
            {
                Outcome outcome = await program.EndAsync(Workplace.Limit);
                Assert.Fail($"ended with {outcome.Code} before it could be killed.\n{outcome.Error}");
            }

            await Task.Delay(5, late.Token);
        }

        program.Kill();
        Assert.NotEqual(0, (await program.EndAsync(Workplace.Limit)).Code);
    }
}
