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
        await using TestServer calm = await TestServer.StartAsync();
        await using TestServer faulty = await TestServer.StartAsync(new TestServerOptions
        {
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

    private static string[] Command(TestServer server, string name) =>
        Workplace.Run("e5 gecko", 4, name, $"{name}.db", "--generator", "local-server", "--set", $"Backends:local-server:Endpoints:0:Url={server.Url}");
}
