using R2Synth.Inference;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Money;
using R2Synth.Pipeline.Reporting;
using R2Synth.Pipeline.Tests.Ledger;
using R2Synth.Records;

namespace R2Synth.Pipeline.Tests.Money;

public sealed class SpendingGuardTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Without_a_budget_everything_is_counted_and_nothing_waits()
    {
        await using Opened run = await OpenAsync(null);

        ISpendingTicket ticket = await run.Guard.ReserveAsync(1000, null, default);
        ticket.Settle(0.25m);
        ticket.Settle(5); // only the first counts

        Assert.Equal(0.25m, run.Guard.Spent);
        Assert.Equal("$0.25", run.Counters.Money?.ToString());
    }

    [Fact]
    public async Task What_is_set_aside_for_requests_under_way_is_waited_for_in_the_order_of_asking()
    {
        await using Opened run = await OpenAsync(1);
        ISpendingTicket first = await run.Guard.ReserveAsync(0.6m, null, default);
        ISpendingTicket second = await run.Guard.ReserveAsync(0.3m, null, default);

        Task<ISpendingTicket> large = run.Guard.ReserveAsync(0.5m, null, default).AsTask();
        Task<ISpendingTicket> small = run.Guard.ReserveAsync(0.1m, null, default).AsTask();
        Assert.False(large.IsCompleted);
        Assert.False(small.IsCompleted); // it would fit, but the other was first

        second.Settle(0.2m); // 0.2 spent, 0.6 set aside: the large one still waits
        Assert.False(large.IsCompleted);
        first.Settle(0.1m);

        (await large.WaitAsync(Limit)).Settle(0.5m);
        (await small.WaitAsync(Limit)).Settle(0.1m);
        Assert.Equal(0.9m, run.Guard.Spent);
        Assert.Equal("$0.90 of $1.00", run.Counters.Money?.ToString());
    }

    [Fact]
    public async Task With_nothing_under_way_the_budget_is_used_up_and_the_message_says_what_to_do()
    {
        await using Opened run = await OpenAsync(1);
        ISpendingTicket ticket = await run.Guard.ReserveAsync(0.7m, null, default);
        Task<ISpendingTicket>[] waiting = [.. Enumerable.Range(0, 3).Select(_ => run.Guard.ReserveAsync(0.4m, null, default).AsTask())];

        ticket.Settle(0.7m);

        foreach (Task<ISpendingTicket> refused in waiting)
        {
            InputException fault = await Assert.ThrowsAsync<InputException>(() => refused.WaitAsync(Limit));
            Assert.Equal(
                "The budget of $1.00 is used up: $0.70 is spent, and the next request may cost up to $0.40. "
                + "Everything that was paid for is kept: run the same command with a larger --budget to go on.",
                fault.Message);
        }

        await Assert.ThrowsAsync<InputException>(() => run.Guard.ReserveAsync(0.1m, null, default).AsTask()); // once over, it is over
    }

    [Fact]
    public async Task A_request_that_gives_up_lets_the_next_one_through()
    {
        await using Opened run = await OpenAsync(1);
        await run.Guard.ReserveAsync(0.5m, null, default);
        using CancellationTokenSource cancellation = new();
        Task<ISpendingTicket> large = run.Guard.ReserveAsync(0.9m, null, cancellation.Token).AsTask();
        Task<ISpendingTicket> small = run.Guard.ReserveAsync(0.5m, null, default).AsTask();
        Assert.False(small.IsCompleted);

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => large.WaitAsync(Limit));
        Assert.NotNull(await small.WaitAsync(Limit));
    }

    [Fact]
    public async Task Rows_are_written_before_the_request_goes_and_those_without_an_end_count_in_full()
    {
        string copy = _folder.File("copy.db");
        await using (Opened run = await OpenAsync(1))
        {
            (await run.Guard.ReserveAsync(0.2m, null, default)).Settle(0.05m);
            await run.Guard.DisposeAsync(); // what was settled is written
            await run.Guard.ReserveAsync(0.3m, null, default);
            SqliteFiles.Copy(_folder.File("ledger.db"), copy); // as a kill leaves it
        }

        await using Opened next = await OpenAsync(1, copy);
        Assert.Equal(0.35m, next.Guard.Spent);
    }

    [Fact]
    public async Task A_named_request_is_set_aside_once_however_many_processes_take_it_up()
    {
        await using (Opened run = await OpenAsync(1))
        {
            await run.Guard.ReserveAsync(0.6m, "batch 1/7", default);
            await run.Guard.ReserveAsync(0.6m, "batch 1/7", default); // in the same process too
        }

        await using (Opened next = await OpenAsync(1))
        {
            Assert.Equal(0.6m, next.Guard.Spent);
            ISpendingTicket again = await next.Guard.ReserveAsync(0.7m, "batch 1/7", default);
            Assert.Equal(0m, next.Guard.Spent);
            again.Settle(0.1m);
        }

        await using Opened last = await OpenAsync(1);
        Assert.Equal(0.1m, last.Guard.Spent);
    }

    [Fact]
    public async Task A_ledger_of_an_earlier_version_gets_the_table()
    {
        await using (RunLedger old = RunLedger.Open(_folder.File("ledger.db"))) await old.SetMetaAsync("a", "b");

        await using Opened run = await OpenAsync(1);

        Assert.NotNull(await run.Guard.ReserveAsync(0.5m, null, default));
        Assert.Equal("b", run.Ledger.TryGetMeta("a"));
    }

    /// <summary>Requests at random, settled at random, by processes that are killed at random: the bill never passes the budget.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public async Task The_bill_never_passes_the_budget(long seed)
    {
        UnitSeed chance = new(seed, "guard", 0);
        decimal budget = 0.10m;
        decimal bill = 0;
        Lock gate = new();
        string ledger = _folder.File("0.db");
        for (int process = 0; process < 6; process++)
        {
            await using Opened run = await OpenAsync(budget, ledger);
            Assert.True(run.Guard.Spent >= bill, $"{run.Guard.Spent} is known of, {bill} was billed.");
            Assert.True(run.Guard.Spent <= budget, $"{run.Guard.Spent} of {budget} is spent.");
            (decimal Worst, double Share, int Fate, bool Named)[] requests =
                [.. Enumerable.Range(0, 60).Select(_ => (0.0001m * (1 + chance.Next(40)), chance.NextDouble(), chance.Next(10), chance.Next(5) == 0))];
            string copy = _folder.File($"{process + 1}.db");
            int killAt = chance.Next(60), done = 0;
            bool used = false;
            await Parallel.ForAsync(0, requests.Length, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, token) =>
            {
                (decimal worst, double share, int fate, bool named) = requests[i];
                ISpendingTicket ticket;
                try
                {
                    ticket = await run.Guard.ReserveAsync(worst, named ? $"{process}/{i}" : null, token).AsTask().WaitAsync(Limit, token);
                }
                catch (InputException)
                {
                    used = true;
                    return;
                }

                decimal actual = decimal.Round(worst * (decimal)share, 9, MidpointRounding.ToZero);
                lock (gate)
                {
                    // After the kill nothing goes out any more; up to then the server bills.
                    if (done++ < killAt) bill += fate == 0 ? 0 : actual;
                    else if (done - 1 == killAt) SqliteFiles.Copy(ledger, copy);
                }

                await Task.Yield();
                ticket.Settle(fate == 0 ? 0 : fate == 1 ? worst : actual);
            });
            if (!File.Exists(copy)) SqliteFiles.Copy(ledger, copy);
            ledger = copy;
            Assert.True(bill <= budget, $"{bill} was billed.");
            if (used && process == 2) budget *= 2; // a larger one goes on
        }
    }

    private async Task<Opened> OpenAsync(decimal? budget, string? path = null)
    {
        RunLedger ledger = RunLedger.Open(path ?? _folder.File("ledger.db"));
        RunCounters counters = new();
        SpendingGuard guard = new(budget, counters);
        await guard.AttachAsync(ledger);
        return new Opened(ledger, guard, counters);
    }

    private sealed record Opened(RunLedger Ledger, SpendingGuard Guard, RunCounters Counters) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Guard.DisposeAsync();
            await Ledger.DisposeAsync();
        }
    }
}
