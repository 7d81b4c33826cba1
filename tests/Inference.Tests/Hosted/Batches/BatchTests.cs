using System.Text.Json;
using Microsoft.Extensions.AI;
using R2Synth.Inference.Hosted;
using R2Synth.Records;
using R2Synth.Testing;

namespace R2Synth.Inference.Tests.Hosted.Batches;

public class BatchTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private static async Task<string[]> DirectAsync(int calls)
    {
        await using BatchPlace place = await BatchPlace.StartAsync();
        await using HostedBackend backend = place.Open(place.Options(1, batched: false));
        return await BatchPlace.AskAsync(backend, Enumerable.Range(0, calls));
    }

    private static IEnumerable<(string Id, JsonElement Body)> Lines(IEnumerable<string> input) =>
        input.Select(line => JsonDocument.Parse(line).RootElement).Select(line => (line.GetProperty("custom_id").GetString()!, line.GetProperty("body")));

    [Fact]
    public async Task Requests_and_replies_are_those_of_the_direct_way()
    {
        await using BatchPlace place = await BatchPlace.StartAsync();
        await using HostedBackend direct = place.Open(place.Options(1, batched: false));
        string[] expected = await BatchPlace.AskAsync(direct, Enumerable.Range(0, 12));
        await using HostedBackend backend = place.Open(place.Options(12));

        string[] replies = await BatchPlace.AskAsync(backend, Enumerable.Range(0, 12));

        Assert.Equal(expected, replies);
        Assert.Equal(12, backend.Concurrency);
        IReadOnlyList<string> input = Assert.Single(place.Batches.Inputs);
        Assert.Equal(
            place.Server.Bodies.Order(StringComparer.Ordinal),
            Lines(input).Select(line => line.Body.GetRawText()).Order(StringComparer.Ordinal));
        Assert.All(input, line =>
        {
            JsonElement request = JsonDocument.Parse(line).RootElement;
            Assert.Equal(("POST", "/v1/chat/completions"), (request.GetProperty("method").GetString(), request.GetProperty("url").GetString()));
        });
        place.AnsweredOnce(12);
    }

    [Fact]
    public async Task Thousands_of_calls_go_in_several_batches()
    {
        await using BatchPlace place = await BatchPlace.StartAsync();
        await using HostedBackend backend = place.Open(place.Options(600, idleSeconds: 1));

        string[] replies = await BatchPlace.AskAsync(backend, Enumerable.Range(0, 2000));

        Assert.Equal(2000, replies.Length);
        Assert.InRange(place.Batches.Made, 4, 40);
        Assert.All(place.Batches.Inputs, input => Assert.InRange(input.Count, 1, 600));
        place.AnsweredOnce(2000);
    }

    [Fact]
    public async Task A_batch_has_at_most_so_many_megabytes()
    {
        await using BatchPlace place = await BatchPlace.StartAsync();
        BackendOptions options = place.Options(1000, idleSeconds: 0.5);
        options.Batch.MaxMegabytes = 1;
        await using HostedBackend backend = place.Open(options);
        string padding = new('x', 300_000);
        using CancellationTokenSource limit = new(Limit);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(n => backend.Chat.GetResponseAsync($"{n} {padding}", null, limit.Token)));

        Assert.InRange(place.Batches.Made, 3, 8);
        Assert.All(place.Batches.Inputs, input => Assert.True(input.Sum(line => line.Length + 1) <= 1_000_000));
    }

    [Fact]
    public async Task A_second_batch_goes_while_the_first_is_under_way()
    {
        TaskCompletionSource bothMade = new(TaskCreationOptions.RunContinuationsAsynchronously);
        int made = 0;
        await using BatchPlace place = await BatchPlace.StartAsync(new BatchServerOptions
        {
            OnRequest = async kind =>
            {
                if (kind == "POST batches" && Interlocked.Increment(ref made) == 2) bothMade.SetResult();
                if (kind == "GET batches/*") await bothMade.Task.WaitAsync(Limit); // no batch ends before both are there
            },
        });
        await using HostedBackend backend = place.Open(place.Options(10));

        await BatchPlace.AskAsync(backend, Enumerable.Range(0, 20));

        Assert.Equal(2, place.Batches.Made);
        place.AnsweredOnce(20);
    }

    [Fact]
    public async Task The_same_call_asked_twice_at_once_is_sent_once()
    {
        await using BatchPlace place = await BatchPlace.StartAsync();
        await using HostedBackend backend = place.Open(place.Options(2));
        string[] replies = await BatchPlace.AskAsync(backend, [7, 8, 7, 7]);
        Assert.Equal((replies[0], replies[0]), (replies[2], replies[3]));
        place.AnsweredOnce(2);
    }

    [Fact]
    public async Task A_batch_is_sent_when_no_call_has_come_for_a_while()
    {
        SteppedClock clock = new();
        await using BatchPlace place = await BatchPlace.StartAsync();
        BackendOptions options = place.Options(100, idleSeconds: 5);
        options.Batch.PollSeconds = 60;
        await using HostedBackend backend = place.Open(options, clock: clock);
        using CancellationTokenSource limit = new(Limit);

        Task<ChatResponse> first = BatchPlace.CallAsync(backend, 1, limit.Token);
        await WaitsAsync(clock, TimeSpan.FromSeconds(5));
        clock.Advance(TimeSpan.FromSeconds(4));
        Task<ChatResponse> second = BatchPlace.CallAsync(backend, 2, limit.Token); // five seconds from here
        await Task.Delay(100, limit.Token); // lets a fault show; the test holds without it
        clock.Advance(TimeSpan.FromSeconds(4));
        await WaitsAsync(clock, TimeSpan.FromSeconds(1));
        Assert.Equal(0, place.Batches.Made);

        clock.Advance(TimeSpan.FromSeconds(1));
        await WaitsAsync(clock, TimeSpan.FromSeconds(60));
        Assert.Equal(1, place.Batches.Made);
        Assert.Equal(2, place.Batches.Inputs[0].Count);
        clock.Advance(TimeSpan.FromSeconds(60));
        await WaitsAsync(clock, TimeSpan.FromSeconds(60)); // in progress
        clock.Advance(TimeSpan.FromSeconds(60));
        await Task.WhenAll(first, second);
        place.AnsweredOnce(2);

        async Task WaitsAsync(SteppedClock clock, TimeSpan wait)
        {
            while (!clock.Waits.Contains(wait)) await Task.Delay(5, limit.Token);
        }
    }

    [Theory]
    [InlineData("expired")]
    [InlineData("cancelled")]
    public async Task A_batch_that_ends_early_leaves_only_what_is_missing_to_be_sent_again(string end)
    {
        string[] expected = await DirectAsync(40);
        await using BatchPlace place = await BatchPlace.StartAsync(new BatchServerOptions { Ends = [end, end], AnsweredShare = 0.6 });
        await using HostedBackend backend = place.Open(place.Options(40, idleSeconds: 0.3));

        string[] replies = await BatchPlace.AskAsync(backend, Enumerable.Range(0, 40));

        Assert.Equal(expected, replies);
        Assert.InRange(place.Batches.Made, 2, 20);
        Assert.Contains(place.Batches.Inputs.Skip(1), input => input.Count < 40);
        place.AnsweredOnce(40);
    }

    [Fact]
    public async Task Lines_that_fail_in_passing_are_sent_again_and_those_left_out_too()
    {
        string[] expected = await DirectAsync(40);
        await using BatchPlace place = await BatchPlace.StartAsync(new BatchServerOptions { FailingShare = 0.5, FailingRepeats = 2, LineStatuses = [500, 429, 503, 0] });
        await using HostedBackend backend = place.Open(place.Options(40, idleSeconds: 0.3));

        Assert.Equal(expected, await BatchPlace.AskAsync(backend, Enumerable.Range(0, 40)));

        Assert.InRange(place.Batches.Made, 3, 30);
        place.AnsweredOnce(40);
    }

    [Fact]
    public async Task A_line_that_fails_in_three_batches_is_the_fault_of_its_record_alone()
    {
        await using BatchPlace place = await BatchPlace.StartAsync(new BatchServerOptions
        {
            Line = body => body.GetProperty("seed").GetInt32() == 3 ? (500, """{"error":{"message":"No luck.","code":"server_error"}}""") : null,
        });
        await using HostedBackend backend = place.Open(place.Options(5, idleSeconds: 0.1));
        using CancellationTokenSource limit = new(Limit);
        Task<ChatResponse>[] calls = [.. Enumerable.Range(0, 5).Select(n => BatchPlace.CallAsync(backend, n, limit.Token))];

        CallFailedException fault = await Assert.ThrowsAsync<CallFailedException>(() => calls[3]);

        Assert.Contains("in none of 3 batches: No luck.", fault.Message, StringComparison.Ordinal);
        foreach (int n in (int[])[0, 1, 2, 4]) Assert.NotEmpty((await calls[n]).Text);
        Assert.Equal(3, place.Batches.Inputs.SelectMany(Lines).Count(line => line.Body.GetProperty("seed").GetInt32() == 3));
    }

    [Fact]
    public async Task A_request_refused_for_its_own_sake_is_told_as_on_the_direct_way()
    {
        await using BatchPlace place = await BatchPlace.StartAsync(new BatchServerOptions
        {
            Line = body => body.GetProperty("seed").GetInt32() switch
            {
                1 => (400, """{"error":{"message":"This model's maximum context length is 128 tokens.","code":"context_length_exceeded"}}"""),
                2 => (400, """{"error":{"message":"Blocked.","code":"content_filter"}}"""),
                3 => (400, """{"error":{"message":"Invalid value.","code":"invalid_request_error"}}"""),
                _ => null,
            },
        });
        await using HostedBackend backend = place.Open(place.Options(4));
        using CancellationTokenSource limit = new(Limit);
        Task<ChatResponse>[] calls = [.. Enumerable.Range(0, 4).Select(n => BatchPlace.CallAsync(backend, n, limit.Token))];

        await Assert.ThrowsAsync<ContextExceededException>(() => calls[1]);
        Assert.Equal(ChatFinishReason.ContentFilter, (await calls[2]).FinishReason);
        // Others of the batch were answered, so the settings are right.
        Assert.Equal("Invalid value.", Assert.Single((await calls[3]).Messages[0].Contents.OfType<ErrorContent>()).Message);
        Assert.NotEmpty((await calls[0]).Text);
        Assert.Equal(1, place.Batches.Made);
    }

    [Fact]
    public async Task An_input_that_is_refused_ends_the_run_and_leaves_nothing_behind()
    {
        await using BatchPlace place = await BatchPlace.StartAsync(new BatchServerOptions { Ends = ["failed"], Refusal = ("model_not_found", "The model 'x' does not exist.") });
        await using (HostedBackend backend = place.Open(place.Options(3)))
        {
            InputException fault = await Assert.ThrowsAsync<InputException>(() => BatchPlace.AskAsync(backend, Enumerable.Range(0, 3)));
            Assert.Contains("refused a batch of 3 requests: line 1: The model 'x' does not exist.", fault.Message, StringComparison.Ordinal);
        }

        Assert.Empty(place.Files(".json"));
        await using HostedBackend next = place.Open(place.Options(3));
        await BatchPlace.AskAsync(next, Enumerable.Range(0, 3));
        place.AnsweredOnce(3);
    }

    [Fact]
    public async Task A_full_queue_is_waited_for_while_another_batch_is_under_way()
    {
        await using BatchPlace place = await BatchPlace.StartAsync(new BatchServerOptions
        {
            Polls = 6,
            Ends = ["completed", "failed", "completed"],
            Refusal = ("token_limit_exceeded", "Enqueued token limit reached."),
            // The second batch is made, and refused at once, while the first is under way.
            Duration = TimeSpan.FromMilliseconds(200),
        });
        await using HostedBackend backend = place.Open(place.Options(5));
        // The one that is refused may be looked at only after the other has ended; then it is an error, and rightly so.
        try
        {
            await BatchPlace.AskAsync(backend, Enumerable.Range(0, 10));
            Assert.Equal(3, place.Batches.Made);
            place.AnsweredOnce(10);
        }
        catch (InputException fault)
        {
            Assert.Contains("Lower R2Synth:Backends:mock:Batch:MaxRequests", fault.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(BatchFault.Unauthorized, "refused access (401 Unauthorized)")]
    [InlineData(BatchFault.PaymentRequired, "wants to be paid first (402 Payment Required: Payment required)")]
    [InlineData(BatchFault.NotFound, "Has it a batch interface?")]
    public async Task A_fault_that_no_retry_mends_ends_the_run_at_once(BatchFault fault, string message)
    {
        await using BatchPlace place = await BatchPlace.StartAsync(new BatchServerOptions { Fault = (_, _) => fault });
        Environment.SetEnvironmentVariable("BATCH_TEST_KEY", BatchPlace.Key);
        BackendOptions options = place.Options(2);
        options.Endpoints[0].ApiKeyVariable = "BATCH_TEST_KEY";
        InputException thrown;
        await using (HostedBackend backend = place.Open(options)) thrown = await Assert.ThrowsAsync<InputException>(() => BatchPlace.AskAsync(backend, [1, 2]));

        Assert.Contains(message, thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(BatchPlace.Key, thrown.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, place.Batches.Requests("POST files"));
        Assert.All(Directory.GetFiles(place.Folder, "*", SearchOption.AllDirectories), file => Assert.DoesNotContain(BatchPlace.Key, File.ReadAllText(file), StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_key_goes_with_every_request()
    {
        await using BatchPlace place = await BatchPlace.StartAsync(server: new TestServerOptions { ApiKey = BatchPlace.Key });
        Environment.SetEnvironmentVariable("BATCH_TEST_KEY", BatchPlace.Key);
        BackendOptions options = place.Options(2);
        options.Endpoints[0].ApiKeyVariable = "BATCH_TEST_KEY";
        await using HostedBackend backend = place.Open(options);
        await BatchPlace.AskAsync(backend, [1, 2]);
        place.AnsweredOnce(2);
    }

    [Fact]
    public async Task A_server_that_stays_away_ends_the_run_with_all_kept()
    {
        await using BatchPlace place = await BatchPlace.StartAsync(new BatchServerOptions { Fault = (kind, n) => kind == "GET batches/*" && n < 4 ? BatchFault.ServerError : BatchFault.None });
        await using (HostedBackend backend = place.Open(place.Options(2)))
        {
            InputException fault = await Assert.ThrowsAsync<InputException>(() => BatchPlace.AskAsync(backend, [1, 2]));
            Assert.Contains("did not answer: 500 Internal Server Error: The server had an error (4 tries)", fault.Message, StringComparison.Ordinal);
        }

        await using HostedBackend next = place.Open(place.Options(2));
        await BatchPlace.AskAsync(next, [1, 2]);
        Assert.Equal(1, place.Batches.Made);
        place.AnsweredOnce(2);
    }

    [Theory]
    [InlineData("POST files", BatchFault.ServerError)]
    [InlineData("POST files", BatchFault.DoneThenReset)]
    [InlineData("POST files", BatchFault.BrokenBody)]
    [InlineData("POST batches", BatchFault.TooManyRequests)]
    [InlineData("POST batches", BatchFault.Reset)]
    [InlineData("POST batches", BatchFault.DoneThenReset)]
    [InlineData("POST batches", BatchFault.BrokenBody)]
    [InlineData("GET batches/*", BatchFault.ServerError)]
    [InlineData("GET batches/*", BatchFault.BrokenBody)]
    [InlineData("GET files/*/content", BatchFault.BrokenBody)]
    [InlineData("GET files/*/content", BatchFault.Reset)]
    public async Task A_passing_fault_of_any_step_makes_no_second_batch_and_no_second_file(string kind, BatchFault fault)
    {
        await using BatchPlace place = await BatchPlace.StartAsync(new BatchServerOptions { Fault = (asked, n) => asked == kind && n < 2 ? fault : BatchFault.None });
        await using HostedBackend backend = place.Open(place.Options(8));
        string[] replies = await BatchPlace.AskAsync(backend, Enumerable.Range(0, 8));
        Assert.Equal(8, replies.Distinct().Count());
        Assert.Equal(1, place.Batches.Made);
        Assert.Single(place.Batches.FileNames);
        place.AnsweredOnce(8);
    }

    [Fact]
    public async Task Files_go_when_a_later_process_was_not_in_need_of_them()
    {
        await using BatchPlace place = await BatchPlace.StartAsync();
        foreach (int first in (int[])[0, 0, 2, 4])
        {
            await using HostedBackend backend = place.Open(place.Options(2));
            await BatchPlace.AskAsync(backend, [first, first + 1]);
        }

        // The first batch was there for the second process, and went with the third. The second went with the fourth.
        Assert.Equal(3, place.Batches.Made);
        Assert.Single(place.Files(".json"));
        Assert.Single(place.Files(".output.jsonl"));
        Assert.Empty(place.Files(".part"));
        place.AnsweredOnce(6);
    }

    [Fact]
    public async Task A_batch_needs_exactly_one_endpoint()
    {
        await using BatchPlace place = await BatchPlace.StartAsync();
        BackendOptions options = place.Options(2);
        options.Endpoints.Add(new EndpointOptions { Url = place.Server.Url });
        InputException fault = Assert.Throws<InputException>(() => place.Open(options));
        Assert.Contains("Endpoints", fault.Message, StringComparison.Ordinal);
    }
}
