using System.Diagnostics;
using Microsoft.Extensions.AI;
using R2Synth.Inference.Hosted;
using R2Synth.Records;
using R2Synth.Testing;

namespace R2Synth.Inference.Tests.Hosted;

/// <summary>Many requests against several servers that are slow, full, or gone.</summary>
public class FleetRunTests
{
    private static HostedBackend Open(IEnumerable<(string Url, int Places)> servers, Action<BackendOptions>? change = null, Func<HostedTimes, HostedTimes>? times = null)
    {
        BackendOptions options = new() { Kind = "OpenAI", Model = "test-model" };
        foreach ((string url, int places) in servers) options.Endpoints.Add(new EndpointOptions { Url = url, MaxInFlight = places });
        change?.Invoke(options);
        HostedTimes usual = HostedTimes.Of(options) with { FirstProbe = TimeSpan.FromMilliseconds(50) };
        return HostedBackend.Open("mock", options, null, times?.Invoke(usual) ?? usual);
    }

    private static Task<ChatResponse> AskAsync(HostedBackend backend, int number, CancellationToken cancellationToken = default) =>
        backend.Chat.GetResponseAsync([new ChatMessage(ChatRole.User, $"Question {number}")], new ChatOptions { Seed = number, MaxOutputTokens = 32 }, cancellationToken);

    /// <summary>Asks with so many units under way until told to stop.</summary>
    /// <returns>Replies.</returns>
    private static async Task<int> AskUntilAsync(HostedBackend backend, int units, Func<int, bool> enough)
    {
        int next = 0, done = 0;
        await Task.WhenAll(Enumerable.Range(0, units).Select(async _ =>
        {
            while (!enough(Volatile.Read(ref done)))
            {
                Assert.NotEmpty((await AskAsync(backend, Interlocked.Increment(ref next))).Text);
                Interlocked.Increment(ref done);
            }
        }));
        return done;
    }

    [Fact]
    public async Task Three_servers_of_different_speed_give_the_sum_of_their_rates()
    {
        int[] milliseconds = [40, 80, 160];
        List<TestServer> servers = [];
        foreach (int latency in milliseconds) servers.Add(await TestServer.StartAsync(new TestServerOptions { Latency = TimeSpan.FromMilliseconds(latency) }));
        await using HostedBackend backend = Open(servers.Select(server => (server.Url, 8)));
        await AskUntilAsync(backend, 24, done => done >= 50);
        int[] before = [.. servers.Select(server => server.Requests)];
        Stopwatch watch = Stopwatch.StartNew();
        await AskUntilAsync(backend, 32, _ => watch.Elapsed > TimeSpan.FromSeconds(2));
        int[] counts = [.. servers.Select((server, index) => server.Requests - before[index])];
        foreach (TestServer server in servers) await server.DisposeAsync();
        // A machine that is busy makes every reply slower, so the servers are measured against each other: each keeps its places full.
        double[] busy = [.. counts.Select((count, index) => count * milliseconds[index])];
        Assert.True(busy.Min() >= 0.5 * busy.Max() && counts[0] > counts[1] && counts[1] > counts[2], string.Join(", ", counts));
    }

    [Fact]
    public async Task One_server_killed_in_mid_run_loses_nothing()
    {
        TestServer first = await TestServer.StartAsync(new TestServerOptions { Latency = TimeSpan.FromMilliseconds(20) });
        await using TestServer second = await TestServer.StartAsync(new TestServerOptions { Latency = TimeSpan.FromMilliseconds(20) });
        await using HostedBackend backend = Open([(first.Url, 8), (second.Url, 8)]);
        Task<int> run = AskUntilAsync(backend, 20, done => done >= 400);
        while (first.Requests < 100) await Task.Delay(5);
        await first.DisposeAsync();
        Assert.InRange(await run, 400, 420);
        Assert.InRange(first.Requests, 100, 300);
        Assert.Empty(backend.Warnings);
    }

    [Fact]
    public async Task Retry_after_of_one_server_does_not_hold_up_the_other()
    {
        await using TestServer busy = await TestServer.StartAsync(new TestServerOptions { Places = 0, RefuseWithRetryAfter = true, RetryAfter = TimeSpan.FromSeconds(60) });
        await using TestServer free = await TestServer.StartAsync();
        await using HostedBackend backend = Open([(busy.Url, 4), (free.Url, 4)]);
        Assert.InRange(await AskUntilAsync(backend, 8, done => done >= 100), 100, 108);
        Assert.InRange(busy.Requests, 1, 4);
    }

    [Fact]
    public async Task A_server_that_refuses_the_key_is_left_out_and_remembered()
    {
        await using TestServer closed = await TestServer.StartAsync(new TestServerOptions { ApiKey = "another" });
        await using TestServer open = await TestServer.StartAsync();
        await using HostedBackend backend = Open([(closed.Url, 4), (open.Url, 4)], options => options.Retries = 0);
        Assert.InRange(await AskUntilAsync(backend, 8, done => done >= 50), 50, 58);
        Assert.StartsWith($"Backend 'mock': {closed.Url} refused access (401 Unauthorized).", Assert.Single(backend.Warnings), StringComparison.Ordinal);
        Assert.InRange(closed.Requests, 1, 4);
    }

    [Fact]
    public async Task A_server_that_takes_fewer_requests_is_sent_hardly_more()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Latency = TimeSpan.FromMilliseconds(40), Places = 6 });
        await using HostedBackend backend = Open([(server.Url, 48)], options => options.Retries = 20);
        await AskUntilAsync(backend, 60, done => done >= 300);
        int requests = server.Requests, refused = server.Statistics.Refused;
        int done = await AskUntilAsync(backend, 60, done => done >= 300);
        (requests, refused) = (server.Requests - requests, server.Statistics.Refused - refused);
        Assert.InRange(refused, 0, requests / 3);
        Assert.InRange(requests, done, 2 * done);
    }

    [Fact]
    public async Task One_request_that_always_fails_is_the_records_own_fault()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions
        {
            Latency = TimeSpan.FromMilliseconds(5),
            Faults = [ServerFault.ServerError],
            FaultShare = 0.05,
            FaultRepeats = 99,
        });
        await using HostedBackend backend = Open([(server.Url, 8)], options => options.Retries = 2, times => times with { FirstDelay = TimeSpan.FromMilliseconds(20) });
        int failed = 0;
        await Task.WhenAll(Enumerable.Range(0, 100).Select(async number =>
        {
            try
            {
                await AskAsync(backend, number);
            }
            catch (CallFailedException fault)
            {
                Assert.Contains("500 Internal Server Error: The server had an error (3 tries).", fault.Message, StringComparison.Ordinal);
                Interlocked.Increment(ref failed);
            }
        }));
        Assert.InRange(failed, 1, 20);
        Assert.Equal(100 + (2 * failed), server.Requests);
    }

    [Fact]
    public async Task A_server_that_comes_back_within_the_outage_goes_on()
    {
        TestServer first = await TestServer.StartAsync();
        await using HostedBackend backend = Open([(first.Url, 4)], options => options.Retries = 0);
        await AskAsync(backend, 0);
        int port = new Uri(first.Url).Port;
        await first.DisposeAsync();
        Task<ChatResponse>[] waiting = [.. Enumerable.Range(1, 6).Select(number => AskAsync(backend, number))];
        await Task.Delay(200);
        Assert.DoesNotContain(waiting, task => task.IsCompleted);
        await using TestServer again = await TestServer.StartAsync(new TestServerOptions { Port = port });
        Assert.All(await Task.WhenAll(waiting), reply => Assert.NotEmpty(reply.Text));
        Assert.Equal(6, again.Requests);
    }

    [Fact]
    public async Task A_server_that_stays_away_ends_the_run_with_what_is_done_kept()
    {
        TestServer server = await TestServer.StartAsync();
        await using HostedBackend backend = Open([(server.Url, 4)], options => options.OutageSeconds = 0.5);
        await AskAsync(backend, 0);
        await server.DisposeAsync();
        InputException fault = await Assert.ThrowsAsync<InputException>(() => AskAsync(backend, 1));
        Assert.Contains("did not answer: connection refused", fault.Message, StringComparison.Ordinal);
        Assert.Contains("What is done is kept; run the same command again later.", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_credit_left_ends_the_run_at_once()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Script = [ServerFault.PaymentRequired] });
        await using HostedBackend backend = Open([(server.Url, 4)]);
        InputException fault = await Assert.ThrowsAsync<InputException>(() => AskAsync(backend, 0));
        Assert.Contains("wants to be paid first", fault.Message, StringComparison.Ordinal);
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public async Task A_cancelled_run_still_gets_the_replies_that_were_sent_for()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Latency = TimeSpan.FromMilliseconds(300) });
        await using HostedBackend backend = Open([(server.Url, 2)]);
        using CancellationTokenSource cancellation = new();
        Task<ChatResponse>[] calls = [.. Enumerable.Range(0, 4).Select(number => AskAsync(backend, number, cancellation.Token))];
        while (server.Requests < 2) await Task.Delay(5);
        await cancellation.CancelAsync();
        foreach (Task<ChatResponse> call in calls[2..]) await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.All(await Task.WhenAll(calls[..2]), reply => Assert.NotEmpty(reply.Text));
        Assert.Equal(2, server.Requests);
    }

    [Fact]
    public async Task Each_server_is_asked_for_its_own_model()
    {
        await using TestServer one = await TestServer.StartAsync(new TestServerOptions { Model = "test-model" }), two = await TestServer.StartAsync(new TestServerOptions { Model = "another" });
        await using HostedBackend backend = Open([(one.Url, 4), (two.Url, 4)], options => options.Endpoints[1].Model = "another");
        await AskUntilAsync(backend, 8, done => done >= 40);
        Assert.Empty(backend.Warnings);
        Assert.True(one.Requests > 0 && two.Requests > 0);
    }

    [Fact]
    public async Task Completions_and_embeddings_go_the_same_way()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Script = [ServerFault.ServerError, ServerFault.None, ServerFault.ServerError] });
        await using HostedBackend backend = Open([(server.Url, 4)], times: times => times with { FirstDelay = TimeSpan.FromMilliseconds(10) });
        foreach ((string path, string body) in ((string, string)[])[("completions", """{"prompt":"a","max_tokens":4}"""), ("embeddings", """{"input":["a"]}""")])
        {
            using StringContent content = new(body);
            using HttpResponseMessage response = await backend.Http.PostAsync(new Uri(path, UriKind.Relative), content);
            Assert.True(response.IsSuccessStatusCode);
        }

        Assert.Equal(4, server.Requests);
    }
}
