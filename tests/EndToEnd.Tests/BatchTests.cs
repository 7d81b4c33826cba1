using R2Synth.Testing;

namespace R2Synth.EndToEnd.Tests;

/// <summary>The main job through a server's batch interface, and kill -9 in the middle of it; each moment is told by a request of the program, never by time.</summary>
[Collection(ModelRuns.Name)]
public sealed class BatchTests(FirstRun first)
{
    [Fact]
    [Trait("Speed", "Slow")]
    public async Task A_run_in_batches_killed_at_each_kind_of_request_pays_for_nothing_twice_and_ends_with_the_same_bytes()
    {
        StartedProgram? program = null;
        Queue<string> kills = new(["POST files", "POST batches", "GET batches/*", "GET files/*/content"]);
        await using TestServer calm = await TestServer.StartAsync(new TestServerOptions { Model = "local" });
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions
        {
            Model = "local",
            Batches = new BatchServerOptions
            {
                FailingShare = 0.2,
                OnRequest = kind =>
                {
                    lock (kills)
                    {
                        // The request itself is still carried out, as one that was sent by a process that is no more.
                        if (kills.TryPeek(out string? next) && next == kind) program!.Kill(); // started before it can ask
                    }

                    return Task.CompletedTask;
                },
            },
        });
        (await first.Place.RunAsync(Command(calm, "uninterrupted", first.Place.Path("batches-calm")))).Ended(0);
        string[] command = Command(server, "batched", first.Place.Path("batches"));
        while (kills.Count > 0)
        {
            await using (program = first.Place.Start(command))
            {
                Outcome outcome = await program.EndAsync(Workplace.Limit);
                Assert.True(outcome.Code is not (0 or 1 or 2), $"ended with {outcome.Code} before {kills.Peek()}.\n{outcome.Error}");
            }

            lock (kills) kills.Dequeue();
        }

        (await first.Place.RunAsync(command)).Ended(0);

        Assert.Equal(first.Place.Promised("uninterrupted"), first.Place.Promised("batched"));
        Assert.InRange(server.Requests, 0, 5); // every call went in a batch, but for a question at each start
        Assert.Equal(calm.Batches.Answered.Keys.Order(StringComparer.Ordinal), server.Batches.Answered.Keys.Order(StringComparer.Ordinal));
        Assert.All(server.Batches.Answered.Values, times => Assert.Equal(1, times));
    }

    private static string[] Command(TestServer server, string name, string folder) => Workplace.Run(
        "e5", 6, name, $"{name}.db", "--generator", "local-server", "--set", $"Backends:local-server:Endpoints:0:Url={server.Url}",
        "--set", "Backends:local-server:Batch:Enabled=true", "--set", "Backends:local-server:Batch:IdleSeconds=0.3",
        "--set", "Backends:local-server:Batch:PollSeconds=0.1", "--set", $"Backends:local-server:Batch:Folder={folder}");
}
