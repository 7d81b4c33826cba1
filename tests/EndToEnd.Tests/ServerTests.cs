using System.Text.Json;
using R2Synth.Records;
using R2Synth.Testing;

namespace R2Synth.EndToEnd.Tests;

/// <summary>The same recipes with an OpenAI-compatible server as the generator, over real HTTP; the judge stays in the process.</summary>
[Collection(ModelRuns.Name)]
public sealed class ServerTests(FirstRun first)
{
    [Fact]
    public async Task A_server_writes_what_the_embedded_model_writes_else_and_its_faults_change_no_byte()
    {
        await using TestServer calm = await TestServer.StartAsync(new TestServerOptions { Model = "local" });
        await using TestServer faulty = await TestServer.StartAsync(new TestServerOptions
        {
            Model = "local",
            Script = [ServerFault.None, ServerFault.TooManyRequests, ServerFault.ServerError, ServerFault.ConnectionReset],
            FaultShare = 0.5,
            Faults = [ServerFault.TooManyRequests, ServerFault.ServerError, ServerFault.ConnectionReset],
        });

        (await first.Place.RunAsync(Command(calm, "served"))).Ended(0);
        (await first.Place.RunAsync(Command(faulty, "faults"))).Ended(0);

        IReadOnlyList<Group> groups = await RunFiles.GroupsAsync(first.Place.Path("served"));
        Assert.Equal(["e5", "gecko"], groups.Select(group => group.Recipe).Distinct().Order(StringComparer.Ordinal));
        Assert.All(groups, group =>
        {
            Assert.Equal("openai:local", group.Provenance.Generator);
            Assert.NotEmpty(group.Negatives);
            Assert.Contains("ql", group.Positives[0].Scores.Keys);
        });
        Assert.True(calm.Requests >= groups.Count, $"{calm.Requests} requests for {groups.Count} groups");
        Assert.All(calm.Bodies, body =>
        {
            using JsonDocument request = JsonDocument.Parse(body);
            Assert.Equal("local", request.RootElement.GetProperty("model").GetString());
        });
        Assert.True(faulty.FaultyRequests >= 3, $"{faulty.FaultyRequests} requests met a fault");
        Assert.Equal(calm.Requests, faulty.Requests - faulty.FaultyRequests);
        Assert.Equal(first.Place.Promised("served"), first.Place.Promised("faults"));
    }

    [Fact]
    public async Task A_seed_gives_its_best_drafts_as_queries_and_each_draft_is_asked_for_once()
    {
        await using TestServer one = await TestServer.StartAsync(new TestServerOptions { Model = "local" });
        await using TestServer three = await TestServer.StartAsync(new TestServerOptions { Model = "local" });

        (await first.Place.RunAsync(Drafts(one, "one-query", 1))).Ended(0);
        (await first.Place.RunAsync(Drafts(three, "three-queries", 3))).Ended(0);

        (string Seed, string Query)[] best = [.. (await RunFiles.GroupsAsync(first.Place.Path("one-query"))).Select(group => (group.SeedDocid!, group.Query))];
        (string Seed, string Query)[] all = [.. (await RunFiles.GroupsAsync(first.Place.Path("three-queries"))).Select(group => (group.SeedDocid!, group.Query))];
        Assert.Subset(all.ToHashSet(), best.ToHashSet());
        Assert.True(all.Length > best.Length, $"{all.Length} groups of three queries a seed, {best.Length} of one");
        Assert.All(all.GroupBy(group => group.Seed), seed => Assert.InRange(seed.Count(), 1, 3));
        HashSet<string?> train = [.. (await RunFiles.GroupsAsync(first.Place.Path("three-queries"), "train")).Select(group => group.SeedDocid)];
        HashSet<string?> dev = [.. (await RunFiles.GroupsAsync(first.Place.Path("three-queries"), "dev")).Select(group => group.SeedDocid)];
        Assert.NotEmpty(train);
        Assert.NotEmpty(dev);
        Assert.Empty(train.Intersect(dev)); // a seed's queries are on one side
        Assert.Equal(one.Requests, three.Requests);
    }

    [Fact]
    public async Task More_queries_than_drafts_end_before_any_request()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Model = "local" });

        Outcome outcome = (await first.Place.RunAsync([.. Drafts(server, "too-many-queries", 4), "--languages", "xx"])).Ended(2);

        Assert.Contains("'xx'", outcome.Error, StringComparison.Ordinal); // with what else there is to mend
        Assert.Contains("Gecko:Queries is 4, and a seed passage gets 3 drafts. Set Gecko:Draws to 4 or more.", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(0, server.Requests);
    }

    private static string[] Drafts(TestServer server, string name, int queries) =>
        [.. Command(server, name, "gecko"), "--set", "Gecko:Draws=3", "--set", $"Gecko:Queries={queries}", "--set", "Pipeline:DevShare=0.5"];

    private static string[] Command(TestServer server, string name, string recipes = "e5 gecko") =>
        Workplace.Run(recipes, 4, name, $"{name}.db", "--generator", "local-server", "--set", $"Backends:local-server:Endpoints:0:Url={server.Url}");
}
