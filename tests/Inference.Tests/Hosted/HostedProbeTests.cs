using R2Synth.Inference.Hosted;
using R2Synth.Records;
using R2Synth.Testing;

namespace R2Synth.Inference.Tests.Hosted;

public class HostedProbeTests
{
    private const string Key = "sk-a-very-secret-key-9876543210";

    private static HostedBackend Open(params string[] urls) => Open(null, urls);

    private static HostedBackend Open(Action<BackendOptions>? change, params string[] urls)
    {
        BackendOptions options = new() { Kind = "OpenAI", Model = "test-model", Retries = 0 };
        foreach (string url in urls) options.Endpoints.Add(new EndpointOptions { Url = url });
        change?.Invoke(options);
        return HostedBackend.Open("mock", options, null, HostedTimes.Of(options) with { Probe = TimeSpan.FromSeconds(2) });
    }

    private static async Task<string> FindingAsync(HostedBackend backend) =>
        (await Assert.ThrowsAsync<InputException>(() => backend.ProbeAsync(BackendAbilities.Chat))).Message;

    [Fact]
    public async Task A_server_that_is_right_is_not_charged_for_it()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using HostedBackend backend = Open(server.Url);
        await backend.ProbeAsync(BackendAbilities.Chat);
        Assert.Equal(0, server.Statistics.TokensWritten);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_named_at_once()
    {
        Environment.SetEnvironmentVariable("R2SYNTH_TEST_KEY_PROBE", Key);
        await using TestServer closed = await TestServer.StartAsync(new TestServerOptions { ApiKey = "another" });
        await using TestServer other = await TestServer.StartAsync(new TestServerOptions { Models = [.. Enumerable.Range(1, 12).Select(number => $"model-{number}")] });
        await using TestServer right = await TestServer.StartAsync();
        await using HostedBackend backend = Open(options => options.Endpoints[0].ApiKeyVariable = "R2SYNTH_TEST_KEY_PROBE", closed.Url, other.Url, "http://127.0.0.1:1/v1", right.Url);
        Assert.Equal(
            $"""
            Backend 'mock': {closed.Url} refused access (401 Unauthorized). Check the key in the environment variable R2SYNTH_TEST_KEY_PROBE, and whether it may use the model 'test-model'.
            Backend 'mock': {other.Url} does not serve the model 'test-model'. It serves model-1, model-2, model-3, model-4, model-5, model-6, model-7, model-8, model-9, model-10 and 2 more. Correct R2Synth:Backends:mock:Model, or Endpoints:1:Model for this server alone.
            Backend 'mock': http://127.0.0.1:1/v1 did not answer: connection refused. Is the server running? Start it, or correct R2Synth:Backends:mock:Endpoints:2:Url.
            """,
            await FindingAsync(backend), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public async Task A_server_without_a_list_of_models_is_taken_as_it_is()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Abilities = new ServerAbilities { Models = false } });
        await using HostedBackend backend = Open(server.Url);
        await backend.ProbeAsync(BackendAbilities.Chat);
    }

    [Theory]
    [InlineData(Support.Full, true)]
    [InlineData(Support.Ignored, false)]
    [InlineData(Support.Refused, false)]
    public async Task Whether_a_schema_is_held_to_is_found_out(Support support, bool holds)
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Abilities = new ServerAbilities { ResponseFormat = support } });
        await using HostedBackend backend = Open(server.Url);
        await backend.ProbeAsync(BackendAbilities.Chat | BackendAbilities.StructuredOutput);
        Assert.Equal(holds ? BackendAbilities.Chat | BackendAbilities.StructuredOutput : BackendAbilities.Chat, backend.Abilities);
        Assert.InRange(server.Statistics.TokensWritten, 0, 16);
    }
}
