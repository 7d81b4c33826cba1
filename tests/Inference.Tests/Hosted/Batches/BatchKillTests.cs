using R2Synth.Inference.Hosted;
using R2Synth.Testing;

namespace R2Synth.Inference.Tests.Hosted.Batches;

/// <summary>A process that stops between two steps, and the one after it.</summary>
public class BatchKillTests
{
    private const int Calls = 9;

    public static TheoryData<string> Steps =>
        ["input written", "state written", "uploaded", "upload noted", "created", "batch noted", "polled", "output fetched", "errors fetched", "fetch noted", "settled"];

    [Theory]
    [MemberData(nameof(Steps))]
    public async Task The_next_process_pays_for_nothing_twice(string stop)
    {
        await using BatchPlace place = await BatchPlace.StartAsync(new BatchServerOptions { FailingShare = 0.3, LineStatuses = [500] });
        CountedSpending spending = new();
        List<string> done = [];
        bool stopped = false;
        await using (HostedBackend killed = place.Open(Options(place), spending, step: step =>
        {
            lock (done) done.Add(step);
            stopped |= step == stop;
            if (stopped) throw new StoppedException();
        }))
        {
            await Assert.ThrowsAsync<StoppedException>(() => BatchPlace.AskAsync(killed, Enumerable.Range(0, Calls)));
        }

        Assert.Equal(stop, done[^1]);
        int madeBefore = place.Batches.Made;
        await FillAsync(place);
        int filled = place.Batches.Made - madeBefore;
        await using HostedBackend backend = place.Open(Options(place), spending);
        string[] replies = await BatchPlace.AskAsync(backend, Enumerable.Range(0, Calls));

        Assert.Equal(Calls, replies.Distinct().Count());
        place.AnsweredOnce(Calls);
        IReadOnlyList<string>[] ours = [.. place.Batches.Inputs.Where((_, n) => n < madeBefore || n >= madeBefore + filled)];
        Assert.Equal(Calls, ours[0].Count);
        int failed = ours.Sum(input => input.Count) - Calls;
        Assert.InRange(failed, 1, Calls - 1); // the lines that failed, once more, and no other
        Assert.Equal(ours.Length, place.Batches.FileNames.Count(name => name.StartsWith("r2synth-", StringComparison.Ordinal)));
        // All money is settled; what failed was not paid.
        Assert.Equal(Calls + failed, spending.Tickets.Count);
        Assert.All(spending.Tickets.Values, ticket => Assert.NotNull(ticket.Actual));
        Assert.Equal(failed, spending.Tickets.Values.Count(ticket => ticket.Actual == 0));
    }

    [Fact]
    public async Task A_call_that_is_given_up_is_found_by_the_next_process()
    {
        await using BatchPlace place = await BatchPlace.StartAsync(new BatchServerOptions { Polls = 3 });
        using CancellationTokenSource stop = new();
        TaskCompletionSource polled = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (HostedBackend first = place.Open(Options(place), step: step =>
        {
            if (step == "polled") polled.TrySetResult();
        }))
        {
            Task calls = Task.WhenAll(Enumerable.Range(0, Calls).Select(n => BatchPlace.CallAsync(first, n, stop.Token)));
            await polled.Task.WaitAsync(TimeSpan.FromSeconds(30));
            await stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => calls);
        }

        Assert.Equal(0, place.Batches.Requests("POST batches/*/cancel"));
        await using HostedBackend next = place.Open(Options(place));
        await BatchPlace.AskAsync(next, Enumerable.Range(0, Calls));
        Assert.Equal(1, place.Batches.Made);
        place.AnsweredOnce(Calls);
    }

    [Fact]
    public async Task A_damaged_state_is_named()
    {
        await using BatchPlace place = await BatchPlace.StartAsync();
        await using (HostedBackend first = place.Open(Options(place))) await BatchPlace.AskAsync(first, Enumerable.Range(0, Calls));
        string state = Assert.Single(place.Files(".json"));
        await File.WriteAllTextAsync(state, "{\"id\":");
        await using HostedBackend next = place.Open(Options(place));
        Records.InputException fault = await Assert.ThrowsAsync<Records.InputException>(() => BatchPlace.AskAsync(next, [0]));
        Assert.StartsWith($"{state} is damaged:", fault.Message, StringComparison.Ordinal);
    }

    private static BackendOptions Options(BatchPlace place)
    {
        BackendOptions options = place.Options(Calls, idleSeconds: 0.5);
        options.Endpoints[0].PriceIn = 1;
        options.Endpoints[0].PriceOut = 2;
        return options;
    }

    /// <summary>Batches of somebody else, newer than ours, so that ours is not on the first page of the list.</summary>
    private static async Task FillAsync(BatchPlace place)
    {
        using HttpClient http = new();
        for (int n = 0; n < 4; n++)
        {
            using MultipartFormDataContent form = new() { { new StringContent("batch"), "purpose" }, { new StringContent(""), "file", $"other-{n}.jsonl" } };
            using HttpResponseMessage uploaded = await http.PostAsync($"{place.Server.Url}/files", form);
            using System.Text.Json.JsonDocument file = System.Text.Json.JsonDocument.Parse(await uploaded.Content.ReadAsStringAsync());
            using StringContent batch = new($$"""{"input_file_id":"{{file.RootElement.GetProperty("id").GetString()}}","endpoint":"/v1/chat/completions","completion_window":"24h"}""");
            using HttpResponseMessage made = await http.PostAsync($"{place.Server.Url}/batches", batch);
            Assert.True(made.IsSuccessStatusCode);
        }
    }

    private sealed class StoppedException : Exception;
}
