using Microsoft.Data.Sqlite;
using R2Synth.Pipeline.Ledger;
using R2Synth.Records;

namespace R2Synth.Pipeline.Tests.Ledger;

public sealed class CallCacheTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_was_put_is_there_after_reopening()
    {
        string path = _folder.File("deep/er/cache.db");
        await using (CallCache cache = CallCache.Open(path))
        {
            Assert.Null(cache.TryGet("a"));
            await cache.PutAsync("a", new CachedCall { Reply = [1, 0, 255], TokensRead = 3, TokensWritten = 4, Cost = 0.1 });
            await cache.PutAsync("b", new CachedCall { Reply = [] });
        }

        await using CallCache again = CallCache.Open(path);
        CachedCall? call = again.TryGet("a");
        Assert.NotNull(call);
        Assert.Equal([1, 0, 255], call.Reply);
        Assert.Equal((3L, 4L, 0.1), (call.TokensRead, call.TokensWritten, call.Cost));
        CachedCall? empty = again.TryGet("b");
        Assert.NotNull(empty);
        Assert.Empty(empty.Reply);
        Assert.Null(empty.Cost);
    }

    [Fact]
    public async Task The_first_reply_under_a_key_stays()
    {
        await using CallCache one = CallCache.Open(_folder.File("cache.db"));
        await using CallCache other = CallCache.Open(_folder.File("cache.db"));
        await one.PutAsync("a", new CachedCall { Reply = [1] });

        CachedCall kept = await other.PutAsync("a", new CachedCall { Reply = [2] });

        Assert.Equal([1], kept.Reply);
    }

    [Fact]
    public async Task Identical_calls_at_once_are_made_once()
    {
        await using CallCache cache = CallCache.Open(_folder.File("cache.db"));
        int made = 0;
        TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<(CachedCall Reply, bool Made)>[] calls =
        [
            .. Enumerable.Range(0, 20).Select(_ => cache.GetOrMakeAsync(
                "same",
                async token =>
                {
                    Interlocked.Increment(ref made);
                    await go.Task.WaitAsync(token);
                    return new CachedCall { Reply = [7] };
                },
                CancellationToken.None)),
        ];

        go.SetResult();
        (CachedCall Reply, bool Made)[] replies = await Task.WhenAll(calls).WaitAsync(Limit);

        Assert.Equal(1, made);
        Assert.Single(replies, reply => reply.Made);
        Assert.All(replies, reply => Assert.Equal([7], reply.Reply.Reply));
    }

    [Fact]
    public async Task Who_waited_for_a_call_that_failed_makes_it_itself()
    {
        await using CallCache cache = CallCache.Open(_folder.File("cache.db"));
        TaskCompletionSource fail = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Task first = cache.GetOrMakeAsync(
            "same",
            async _ =>
            {
                await fail.Task;
                throw new InvalidDataException();
            },
            CancellationToken.None);
        Task<(CachedCall Reply, bool Made)> second = cache.GetOrMakeAsync("same", _ => Task.FromResult(new CachedCall { Reply = [2] }), CancellationToken.None);

        fail.SetResult();

        await Assert.ThrowsAsync<InvalidDataException>(() => first.WaitAsync(Limit));
        Assert.True((await second.WaitAsync(Limit)).Made);
    }

    [Fact]
    public async Task Overlapping_requests_in_opposite_order_do_not_wait_for_each_other_for_ever()
    {
        await using CallCache cache = CallCache.Open(_folder.File("cache.db"));
        int made = 0;
        async Task<IReadOnlyList<CachedCall>> MakeAsync(IReadOnlyList<string> keys, IReadOnlyList<int> places)
        {
            Interlocked.Add(ref made, places.Count);
            await Task.Yield();
            return [.. places.Select(place => new CachedCall { Reply = [byte.Parse(keys[place], null)] })];
        }

        await Task.WhenAll(Enumerable.Range(0, 40).Select(async n =>
        {
            string[] keys = [.. Enumerable.Range(0, 12).Select(i => $"{((n % 2 == 0 ? i : 11 - i) + n) % 30}")];
            keys = [.. keys, keys[0]];
            (CachedCall[] replies, _) = await cache.GetOrMakeAsync(keys, (places, _) => MakeAsync(keys, places), CancellationToken.None);
            Assert.Equal(keys, replies.Select(reply => $"{reply.Reply[0]}"));
        })).WaitAsync(Limit);

        Assert.Equal(30, made);
    }

    [Fact]
    public async Task A_model_that_gives_too_few_answers_is_a_fault_and_nothing_is_kept()
    {
        await using CallCache cache = CallCache.Open(_folder.File("cache.db"));

        await Assert.ThrowsAsync<InvalidDataException>(() => cache.GetOrMakeAsync(
            ["a", "b"], (_, _) => Task.FromResult<IReadOnlyList<CachedCall>>([new CachedCall { Reply = [1] }]), CancellationToken.None));

        Assert.Null(cache.TryGet("a"));
    }

    [Fact]
    public async Task A_waiting_caller_can_give_up()
    {
        await using CallCache cache = CallCache.Open(_folder.File("cache.db"));
        TaskCompletionSource go = new(TaskCreationOptions.RunContinuationsAsynchronously);
        using CancellationTokenSource cancellation = new();
        Task<(CachedCall, bool)> first = cache.GetOrMakeAsync(
            "same",
            async _ =>
            {
                await go.Task;
                return new CachedCall { Reply = [1] };
            },
            CancellationToken.None);
        Task second = cache.GetOrMakeAsync("same", _ => throw new InvalidOperationException(), cancellation.Token);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second.WaitAsync(Limit));
        go.SetResult();
        await first.WaitAsync(Limit);
    }

    [Fact]
    public async Task Two_handles_write_and_read_at_once()
    {
        await using CallCache one = CallCache.Open(_folder.File("cache.db"));
        await using CallCache other = CallCache.Open(_folder.File("cache.db"));

        await Task.WhenAll(Enumerable.Range(0, 400).Select(async n =>
        {
            await (n % 2 == 0 ? one : other).PutAsync($"{n}", new CachedCall { Reply = [(byte)n] });
            CachedCall? seen = (n % 2 == 0 ? other : one).TryGet($"{n}");
            Assert.NotNull(seen);
            Assert.Equal([(byte)n], seen.Reply);
        })).WaitAsync(Limit);
    }

    [Fact]
    public void A_damaged_file_is_named_and_may_be_deleted()
    {
        string path = _folder.File("cache.db");
        File.WriteAllText(path, string.Concat(Enumerable.Repeat("not a database ", 500)));

        InputException fault = Assert.Throws<InputException>(() => CallCache.Open(path));

        Assert.StartsWith(path, fault.Message, StringComparison.Ordinal);
        Assert.Contains("may be deleted", fault.Message, StringComparison.Ordinal);
        Assert.Contains("R2Synth:Cache:Path", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Damage_within_the_file_is_reported_when_it_is_met()
    {
        string path = _folder.File("cache.db");
        await using (CallCache cache = CallCache.Open(path))
        {
            await Task.WhenAll(Enumerable.Range(0, 300).Select(n => cache.PutAsync($"{n}", new CachedCall { Reply = new byte[500] })));
        }

        byte[] bytes = await File.ReadAllBytesAsync(path);
        bytes.AsSpan(4096).Fill(0xAA);
        await File.WriteAllBytesAsync(path, bytes);

        await using CallCache damaged = CallCache.Open(path);
        Assert.Contains("damaged", Assert.Throws<InputException>(() => damaged.TryGet("1")).Message, StringComparison.Ordinal);
        Assert.Contains("damaged", (await Assert.ThrowsAsync<InputException>(() => damaged.PutAsync("x", new CachedCall { Reply = [1] }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Someone_elses_database_is_left_alone()
    {
        string path = _folder.File("cache.db");
        using (SqliteConnection connection = new($"Data Source={path};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "CREATE TABLE bookmarks(url TEXT)";
            command.ExecuteNonQuery();
        }

        byte[] before = File.ReadAllBytes(path);
        InputException fault = Assert.Throws<InputException>(() => CallCache.Open(path));

        Assert.Contains("not a cache of model calls", fault.Message, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public async Task A_ledger_is_no_cache()
    {
        string path = _folder.File("ledger.db");
        await using (RunLedger.Open(path))
        {
        }

        Assert.Contains("not a cache of model calls", Assert.Throws<InputException>(() => CallCache.Open(path)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(13, "the disk is full")]
    [InlineData(8, "is read-only")]
    [InlineData(14, "cannot be opened")]
    [InlineData(5, "another process")]
    [InlineData(10, "cannot be read or written")]
    [InlineData(11, "may be deleted")]
    public void Each_failure_of_SQLite_names_the_file_and_the_way_out(int code, string words)
    {
        InputException fault = SqliteFailure.Explain(new SqliteException("oh", code), "some/cache.db", StoreKind.Cache);

        Assert.StartsWith("some/cache.db: ", fault.Message, StringComparison.Ordinal);
        Assert.Contains(words, fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        string file = _folder.File("file");
        File.WriteAllText(file, "");

        Assert.Contains("file/cache.db", Assert.Throws<InputException>(() => CallCache.Open($"{file}/cache.db")).Message, StringComparison.Ordinal);
    }
}
