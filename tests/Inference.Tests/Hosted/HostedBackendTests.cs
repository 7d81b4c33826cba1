using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.AI;
using R2Synth.Inference.Hosted;
using R2Synth.Inference.Prompts;
using R2Synth.Inference.Structured;
using R2Synth.Inference.Tests.Prompts;
using R2Synth.Records;
using R2Synth.Testing;

namespace R2Synth.Inference.Tests.Hosted;

public class HostedBackendTests
{
    private const string Key = "sk-a-very-secret-key-0123456789";

    private static readonly Dictionary<string, object?> Slots = new()
    {
        ["passage"] = "SQLite reads and writes directly to ordinary disk files, so a complete database with tables and indices is contained in a single file.",
    };

    private static Prompt Chat => PromptFolder.Load("""
        name: test/one
        purpose: Tests.
        source: none
        form: chat
        slots: [passage]
        sampling: { temperature: 0.5, top_p: 0.9, top_k: 40, max_tokens: 96, stop: ["\n\n"] }
        templates:
          user: "Passage: {{ passage }}"
        schema: '{"type":"object","properties":{"query":{"type":"string","minLength":20},"answers":{"type":"array","items":{"type":"string"},"minItems":2,"maxItems":3}},"required":["query","answers"],"additionalProperties":false}'
        """);

    private static Prompt Completion => PromptFolder.Load("""
        name: test/one
        purpose: Tests.
        source: none
        form: completion
        slots: [passage]
        templates:
          prefix: "Questions.\n"
          text: "Passage: {{ passage }}"
        """);

    private static BackendOptions Options(string url, string keyVariable = "", int retries = 3, int maxInFlight = 8, bool structured = true, string model = "test-model")
    {
        BackendOptions options = new() { Kind = "OpenAI", Model = model, Retries = retries, StructuredOutput = structured };
        options.Endpoints.Add(new EndpointOptions { Url = url, ApiKeyVariable = keyVariable, MaxInFlight = maxInFlight });
        return options;
    }

    private static HostedBackend Open(BackendOptions options, double timeoutSeconds = 10) =>
        HostedBackend.Open("mock", options, spending: null, HostedTimes.Of(options) with
        {
            Timeout = TimeSpan.FromSeconds(timeoutSeconds),
            FirstDelay = TimeSpan.FromMilliseconds(10),
            FirstProbe = TimeSpan.FromMilliseconds(10),
            Grace = TimeSpan.FromMilliseconds(300),
        });

    private static async Task<StructuredReply> AskAsync(HostedBackend backend, Prompt prompt, int seed = 5)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(30));
        return await new StructuredCaller(backend.Chat).AskAsync(prompt, Slots, seed, limit.Token);
    }

    private static void AssertNoKey(Exception fault) => Assert.DoesNotContain(Key, fault.ToString(), StringComparison.Ordinal);

    [Fact]
    public async Task A_schema_reply_comes_back_and_the_request_holds_what_the_prompt_says()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using HostedBackend backend = Open(Options(server.Url));
        Prompt prompt = Chat;

        StructuredReply reply = await AskAsync(backend, prompt);

        Assert.Equal((null, 1, 1), (reply.Fault, reply.Calls, server.Requests));
        Assert.EndsWith("?", reply.Json!.Value.GetProperty("query").GetString(), StringComparison.Ordinal);
        Assert.True(reply.InputTokens > 0 && reply.OutputTokens > 0);
        JsonElement body = JsonDocument.Parse(Assert.Single(server.Bodies)).RootElement;
        JsonElement format = body.GetProperty("response_format").GetProperty("json_schema");
        Assert.True(JsonElement.DeepEquals(prompt.Schema!.Value, format.GetProperty("schema")));
        Assert.True(format.GetProperty("strict").GetBoolean());
        Assert.Equal(
            ("test-model", 5, 0.5, 0.9, 96, "\n\n"),
            (body.GetProperty("model").GetString(), body.GetProperty("seed").GetInt32(), Math.Round(body.GetProperty("temperature").GetDouble(), 3),
                Math.Round(body.GetProperty("top_p").GetDouble(), 3), body.GetProperty("max_tokens").GetInt32(), body.GetProperty("stop")[0].GetString()));
        Assert.DoesNotContain("r2synth", server.Bodies[0], StringComparison.Ordinal);
        Assert.False(body.TryGetProperty("stream", out JsonElement stream) && stream.GetBoolean());
    }

    [Fact]
    public async Task Thoughts_are_no_part_of_the_reply()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Script = [ServerFault.Thoughts] });
        await using HostedBackend backend = Open(Options(server.Url));

        ChatResponse thought = await backend.Chat.GetResponseAsync("Ask something.");
        ChatResponse plain = await backend.Chat.GetResponseAsync("Ask something.");

        Assert.NotEmpty(plain.Text);
        Assert.Equal(plain.Text, thought.Text);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_reply_and_another_another()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using HostedBackend backend = Open(Options(server.Url));
        StructuredReply[] replies = [await AskAsync(backend, Chat, 1), await AskAsync(backend, Chat, 1), await AskAsync(backend, Chat, 2)];
        Assert.Equal(replies[0].Text, replies[1].Text);
        Assert.NotEqual(replies[0].Text, replies[2].Text);
    }

    [Fact]
    public async Task A_completion_goes_as_one_user_message()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using HostedBackend backend = Open(Options(server.Url));
        StructuredReply reply = await AskAsync(backend, Completion);
        Assert.Null(reply.Fault);
        Assert.NotEmpty(reply.Text);
        JsonElement messages = JsonDocument.Parse(server.Bodies[0]).RootElement.GetProperty("messages");
        Assert.Equal(1, messages.GetArrayLength());
        Assert.StartsWith("Questions.\nPassage: SQLite", Text(messages[0].GetProperty("content")), StringComparison.Ordinal);
        Assert.DoesNotContain("r2synth", server.Bodies[0], StringComparison.Ordinal);
        Assert.DoesNotContain("response_format", server.Bodies[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_structured_output_the_schema_stays_here_and_replies_are_validated_all_the_same()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Reply = request => """{"query":"short"}""" });
        await using HostedBackend backend = Open(Options(server.Url, structured: false));
        Assert.Equal(BackendAbilities.Chat, backend.Abilities);
        StructuredReply reply = await AskAsync(backend, Chat);
        Assert.Equal((ReplyFault.WrongSchema, 3), (reply.Fault, reply.Calls));
        Assert.DoesNotContain("response_format", server.Bodies[0], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ServerFault.TooManyRequests)]
    [InlineData(ServerFault.ServerError)]
    [InlineData(ServerFault.ConnectionReset)]
    [InlineData(ServerFault.BrokenBody)]
    public async Task A_passing_fault_is_retried(ServerFault fault)
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Script = [fault, fault] });
        await using HostedBackend backend = Open(Options(server.Url));
        StructuredReply reply = await AskAsync(backend, Chat);
        Assert.Equal((null, 1, 3), (reply.Fault, reply.Calls, server.Requests));
        Assert.Single(server.Bodies.Distinct());
    }

    [Fact]
    public async Task Retry_after_is_obeyed()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Script = [ServerFault.TooManyRequestsWithRetryAfter] });
        await using HostedBackend backend = Open(Options(server.Url));
        Stopwatch watch = Stopwatch.StartNew();
        Assert.Null((await AskAsync(backend, Chat)).Fault);
        Assert.True(watch.Elapsed >= TimeSpan.FromSeconds(0.95), $"waited {watch.Elapsed}");
    }

    [Fact]
    public async Task A_slow_answer_is_tried_again_and_in_the_end_explained()
    {
        TestServerOptions slow = new() { Script = [ServerFault.Slow], SlowDelay = TimeSpan.FromSeconds(20) };
        await using TestServer server = await TestServer.StartAsync(slow);
        await using HostedBackend backend = Open(Options(server.Url), timeoutSeconds: 1);
        Assert.Null((await AskAsync(backend, Chat)).Fault);
        Assert.Equal(2, server.Requests);

        await using TestServer slower = await TestServer.StartAsync(new TestServerOptions { Script = [ServerFault.Slow, ServerFault.Slow], SlowDelay = TimeSpan.FromSeconds(20) });
        await using HostedBackend impatient = Open(Options(slower.Url, retries: 1), timeoutSeconds: 0.5);
        InputException fault = await Assert.ThrowsAsync<InputException>(() => AskAsync(impatient, Chat));
        Assert.Equal(
            $"Backend 'mock': {slower.Url} did not answer: no reply within 0.5 s (2 tries). Is it overloaded? Raise R2Synth:Backends:mock:TimeoutSeconds or lower Endpoints:0:MaxInFlight.",
            fault.Message);
    }

    [Fact]
    public async Task A_lasting_server_error_ends_the_run_with_the_servers_words()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { FaultShare = 1, Faults = [ServerFault.ServerError], FaultRepeats = 99 });
        await using HostedBackend backend = Open(Options(server.Url, retries: 2));
        InputException fault = await Assert.ThrowsAsync<InputException>(() => AskAsync(backend, Chat));
        Assert.Equal(3, server.Requests);
        Assert.StartsWith(
            $"Backend 'mock': {server.Url} did not answer: 500 Internal Server Error: The server had an error (3 tries). What is done is kept", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unreachable_server_is_explained()
    {
        string url = $"http://127.0.0.1:{FreePort()}/v1";
        await using HostedBackend backend = Open(Options(url, retries: 1));
        InputException fault = await Assert.ThrowsAsync<InputException>(() => AskAsync(backend, Chat));
        Assert.Equal(
            $"Backend 'mock': {url} did not answer: connection refused (2 tries). Is the server running? Start it, or correct R2Synth:Backends:mock:Endpoints:0:Url.", fault.Message);
    }

    [Fact]
    public async Task A_wrong_key_ends_the_run_at_once_and_is_never_shown()
    {
        string variable = SetVariable("WRONG", Key);
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { ApiKey = "another" });
        await using HostedBackend backend = Open(Options(server.Url, variable));
        InputException fault = await Assert.ThrowsAsync<InputException>(() => AskAsync(backend, Chat));
        Assert.Equal(1, server.Requests);
        Assert.Equal(
            $"Backend 'mock': {server.Url} refused access (401 Unauthorized). Check the key in the environment variable {variable}, and whether it may use the model 'test-model'.", fault.Message);
        AssertNoKey(fault);

        await using HostedBackend keyless = Open(Options(server.Url));
        fault = await Assert.ThrowsAsync<InputException>(() => AskAsync(keyless, Chat));
        Assert.Contains("No key was sent", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_key_reaches_the_server_and_nothing_else()
    {
        string variable = SetVariable("RIGHT", Key + "\n");
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions
        {
            ApiKey = Key,
            Script = [ServerFault.None, ServerFault.BadRequest, ServerFault.ServerError, ServerFault.ServerError],
            Reply = request => null,
        });
        BackendOptions options = Options(server.Url, variable, retries: 1);
        options.OutageSeconds = 0;
        await using HostedBackend backend = Open(options);
        Assert.Null((await AskAsync(backend, Chat)).Fault);
        StructuredReply rejected = await AskAsync(backend, Chat);
        Assert.Equal((ReplyFault.Refused, 1, "Invalid value: 'x'."), (rejected.Fault, rejected.Calls, rejected.Detail));
        AssertNoKey(await Assert.ThrowsAsync<InputException>(() => AskAsync(backend, Chat)));
        Assert.Equal("openai:test-model", backend.ModelIdentity);
        Assert.DoesNotContain(Key, backend.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(server.Bodies, body => body.Contains(Key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_unknown_model_ends_the_run_at_once()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Model = "other" });
        await using HostedBackend backend = Open(Options(server.Url));
        InputException fault = await Assert.ThrowsAsync<InputException>(() => AskAsync(backend, Chat));
        Assert.Equal(1, server.Requests);
        Assert.Equal(
            $"Backend 'mock': {server.Url} has no model 'test-model' or no such address (404 Not Found). Check R2Synth:Backends:mock:Model, and that Endpoints:0:Url goes up to and with /v1.",
            fault.Message);
    }

    [Fact]
    public async Task A_records_own_faults_are_the_records()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions
        {
            Script = [ServerFault.ContentFilter, ServerFault.ContextExceeded, ServerFault.TruncatedJson, ServerFault.WrongSchema, ServerFault.None],
        });
        await using HostedBackend backend = Open(Options(server.Url));
        Assert.Equal(ReplyFault.Refused, (await AskAsync(backend, Chat)).Fault);
        await Assert.ThrowsAsync<ContextExceededException>(() => AskAsync(backend, Chat));
        StructuredReply repaired = await AskAsync(backend, Chat);
        Assert.Equal((null, 3, 5), (repaired.Fault, repaired.Calls, server.Requests));
    }

    [Fact]
    public async Task A_rejected_first_request_is_a_matter_of_settings()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Script = [ServerFault.BadRequest] });
        await using HostedBackend backend = Open(Options(server.Url));
        InputException fault = await Assert.ThrowsAsync<InputException>(() => AskAsync(backend, Chat));
        Assert.Equal(
            $"Backend 'mock': {server.Url} rejected the request (400): Invalid value: 'x'. Check R2Synth:Backends:mock:Model; a server without structured output needs StructuredOutput set to false.",
            fault.Message);
    }

    [Fact]
    public async Task No_more_calls_than_MaxInFlight_are_under_way()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Latency = TimeSpan.FromMilliseconds(50) });
        await using HostedBackend backend = Open(Options(server.Url, maxInFlight: 3));
        await Task.WhenAll(Enumerable.Range(0, 12).Select(seed => AskAsync(backend, Chat, seed)));
        Assert.Equal(12, server.Requests);
        Assert.InRange(server.MostInFlight, 1, 3);
        Assert.Equal(3, backend.Concurrency);
    }

    [Fact]
    public async Task Many_calls_against_a_shaky_server_all_succeed()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { FaultShare = 0.5, FaultSeed = 3 });
        await using HostedBackend backend = Open(Options(server.Url));
        StructuredReply[] replies = await Task.WhenAll(Enumerable.Range(0, 40).Select(seed => AskAsync(backend, Chat, seed)));
        Assert.All(replies, reply => Assert.Null(reply.Fault));
        Assert.True(server.FaultyRequests > 10);
        Assert.Equal(40 + server.FaultyRequests, server.Requests);
    }

    [Fact]
    public async Task Cancelling_ends_the_wait()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Script = [ServerFault.Slow], SlowDelay = TimeSpan.FromSeconds(20) });
        await using HostedBackend backend = Open(Options(server.Url));
        using CancellationTokenSource cancellation = new(TimeSpan.FromMilliseconds(300));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => new StructuredCaller(backend.Chat).AskAsync(Chat, Slots, 1, cancellation.Token));
    }

    [Fact]
    public async Task Something_that_is_no_such_server_is_named()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using HostedBackend backend = Open(Options(server.Url[..^"/v1".Length], retries: 0));
        Assert.Contains("goes up to and with /v1", (await Assert.ThrowsAsync<InputException>(() => AskAsync(backend, Chat))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_factory_opens_it_by_kind()
    {
        await using Backend backend = await BackendFactory.OpenAsync("mock", Options("http://127.0.0.1:9/v1"), ".");
        Assert.Equal(BackendAbilities.Chat | BackendAbilities.StructuredOutput, backend.Abilities);
        Assert.NotNull(backend.Chat);
        Assert.Null(backend.ContextTokens);
    }

    public static TheoryData<Action<BackendOptions>, string> Faults => new()
    {
        { options => options.ContextTokens = 512, "Setting R2Synth:Backends:mock:ContextTokens does not apply to Kind 'OpenAI': it belongs to a model in the process (Kind 'LlamaCpp'). Remove it." },
        { options => options.Libraries = "x", "Setting R2Synth:Backends:mock:Libraries does not apply" },
        { options => options.GpuLayers = 1, "Setting R2Synth:Backends:mock:GpuLayers does not apply" },
        { options => options.Model = " ", "Setting R2Synth:Backends:mock:Model is empty." },
        { options => options.Endpoints.Clear(), "Setting R2Synth:Backends:mock:Endpoints has no entries." },
        { options => options.KvType = "q8_0", "Setting R2Synth:Backends:mock:KvType does not apply to Kind 'OpenAI': it belongs to a model in the process (Kind 'LlamaCpp'). Remove it." },
        { options => options.SameBits = false, "Setting R2Synth:Backends:mock:SameBits does not apply" },
        { options => options.Path = "x", "Setting R2Synth:Backends:mock:Path does not apply to Kind 'OpenAI': it belongs to replies from a file (Kind 'Recorded'). Remove it." },
        { options => options.Endpoints.Add(new EndpointOptions { Url = "http:/x" }), "Setting R2Synth:Backends:mock:Endpoints:1:Url is 'http:/x'. It must be an address up to and with /v1" },
        { options => options.Endpoints[0].Url = "localhost:8080", "Setting R2Synth:Backends:mock:Endpoints:0:Url is 'localhost:8080'. It must be an address up to and with /v1" },
        { options => options.Endpoints[0].Url = "http://me:pass@host/v1", "Setting R2Synth:Backends:mock:Endpoints:0:Url holds more than scheme, host, port and path." },
        { options => options.Endpoints[0].MaxInFlight = 0, "Setting R2Synth:Backends:mock:Endpoints:0:MaxInFlight: The field MaxInFlight must be between 1 and 4096." },
        { options => options.Retries = 99, "Setting R2Synth:Backends:mock:Retries: The field Retries must be between 0 and 20." },
        { options => options.Endpoints[0].ApiKeyVariable = "R2SYNTH_TEST_UNSET", "Setting R2Synth:Backends:mock:Endpoints:0:ApiKeyVariable names the environment variable R2SYNTH_TEST_UNSET, which is not set." },
    };

    [Theory]
    [MemberData(nameof(Faults), DisableDiscoveryEnumeration = true)]
    public void Open_WrongSetting_IsNamed(Action<BackendOptions> change, string message)
    {
        BackendOptions options = Options("http://127.0.0.1:9/v1");
        change(options);
        InputException fault = Assert.Throws<InputException>(() => HostedBackend.Open("mock", options));
        Assert.StartsWith(message, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pass", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_KeyWithLineBreakInside_IsRefusedWithoutShowingIt()
    {
        string variable = SetVariable("BROKEN", Key + "\nX-Header: y");
        InputException fault = Assert.Throws<InputException>(() => HostedBackend.Open("mock", Options("http://127.0.0.1:9/v1", variable)));
        Assert.Contains(variable, fault.Message, StringComparison.Ordinal);
        AssertNoKey(fault);
    }

    private static string Text(JsonElement content) =>
        content.ValueKind == JsonValueKind.String ? content.GetString()! : string.Concat(content.EnumerateArray().Select(part => part.GetProperty("text").GetString()));

    private static string SetVariable(string name, string value)
    {
        string variable = "R2SYNTH_TEST_KEY_" + name;
        Environment.SetEnvironmentVariable(variable, value);
        return variable;
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
