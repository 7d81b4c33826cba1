using System.Text.Json;
using R2Synth.Records;
using R2Synth.Testing;

namespace R2Synth.EndToEnd.Tests;

/// <summary>One server that writes, judges and embeds; its calls recorded and replayed without it.</summary>
public sealed class RecordedTests : IDisposable
{
    private readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    [Trait("Speed", "Slow")]
    public async Task A_run_with_one_server_for_everything_is_replayed_without_it_to_the_same_bytes()
    {
        TestServer server = await TestServer.StartAsync(new TestServerOptions { Model = "local" });
        (await _place.RunAsync(Served(server, "served", "--set", $"Backends:local-server:RecordTo={Recording}"))).Ended(0);
        string[] asked = [.. server.Bodies];
        // What the cache holds is asked of nobody, not even how the server scores.
        (await _place.RunAsync(Served(server, "again", "--set", $"Cache:Path={_place.Path("served.db")}"))).Ended(0);
        Assert.Equal(_place.Promised("served"), _place.Promised("again"));
        Assert.Equal(asked.Length, server.Bodies.Count);
        await server.DisposeAsync();

        IReadOnlyList<Group> groups = await RunFiles.GroupsAsync(_place.Path("served"));
        Assert.Equal(["e5", "gecko"], groups.Select(group => group.Recipe).Distinct().Order(StringComparer.Ordinal));
        Assert.All(groups, group =>
        {
            Assert.StartsWith("openai:local; scores vllm; prompt ", group.Provenance.Judge, StringComparison.Ordinal);
            Assert.Contains("ql", group.Positives[0].Scores.Keys);
        });
        Assert.Contains(asked, body => body.Contains("\"prompt_logprobs\"", StringComparison.Ordinal));
        Assert.Contains(asked, body => body.Contains("\"encoding_format\"", StringComparison.Ordinal));
        Assert.All(asked, body => Assert.Equal("local", JsonDocument.Parse(body).RootElement.GetProperty("model").GetString()));

        (await _place.RunAsync(Replayed("replayed"))).Ended(0);
        Assert.Equal(_place.Promised("served"), _place.Promised("replayed"));

        Outcome other = (await _place.RunAsync(Replayed("other", "--seed", "77"))).Ended(2);
        Assert.Contains($"Backend 'replay': the recording {Recording} has no chat call \"", other.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_judge_without_scores_stops_the_run_before_anything_is_written()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions
        {
            Model = "local",
            Abilities = new ServerAbilities { Logprobs = Support.Refused, Echo = Support.Ignored, PromptLogprobs = Support.Ignored },
        });

        Outcome outcome = (await _place.RunAsync(Served(server, "dumb"))).Ended(2);

        Assert.Contains("needs a judge with TokenScores, PromptScores", outcome.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(server.Bodies, body => body.Contains("Passage:", StringComparison.Ordinal));
    }

    private string Recording => _place.Path("calls.jsonl");

    private static string[] Served(TestServer server, string output, params string[] more) => Workplace.Run(
        "e5 gecko", 4, output, $"{output}.db",
        ["--generator", "local-server", "--judge", "local-server", "--embedder", "local-server", "--set", $"Backends:local-server:Endpoints:0:Url={server.Url}", .. more]);

    private string[] Replayed(string output, params string[] more) => Workplace.Run(
        "e5 gecko", 4, output, $"{output}.db",
        ["--generator", "replay", "--judge", "replay", "--embedder", "replay", "--set", "Backends:replay:Kind=Recorded", "--set", $"Backends:replay:Path={Recording}", .. more]);
}
