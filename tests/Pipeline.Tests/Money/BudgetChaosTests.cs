using Microsoft.Extensions.AI;
using R2Synth.Inference;
using R2Synth.Pipeline.Dataflow;
using R2Synth.Pipeline.Ledger;
using R2Synth.Pipeline.Money;
using R2Synth.Pipeline.Recipes;
using R2Synth.Pipeline.Reporting;
using R2Synth.Pipeline.Tests.Ledger;
using R2Synth.Records;
using R2Synth.Testing;

namespace R2Synth.Pipeline.Tests.Money;

/// <summary>
/// A flow of calls to a real server over HTTP, through the cache and the budget: a fifth of the requests meet a fault, processes end in the middle as if they were killed, and the
/// next one goes on with what they left. The server's own bill is the judge.
/// </summary>
public sealed class BudgetChaosTests
{
    private const int Runs = 100;
    private const int Units = 80;
    private const int MostProcesses = 6;
    private const decimal Budget = 0.10m;
    private const double PriceIn = 5, PriceOut = 100; // a unit is billed about $0.0014 and set aside at about $0.0055

    [Fact]
    public async Task A_budget_of_ten_cents_is_never_passed_in_a_hundred_seeded_runs()
    {
        decimal[] bills = new decimal[Runs];
        bool[] ended = new bool[Runs];
        await Parallel.ForAsync(0, Runs, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (seed, _) => (bills[seed], ended[seed]) = await RunAsync(seed));

        Assert.All(bills, bill => Assert.InRange(bill, 0, Budget));
        // It is no feat to spend nothing: what is lost to kills and time-outs, whose end nobody knows, is not the larger part.
        Assert.InRange(bills.Average(), Budget / 3, Budget);
        Assert.InRange(ended.Count(used => used), Runs / 2, Runs);
    }

    private static async Task<(decimal Bill, bool UsedUp)> RunAsync(int seed)
    {
        using TemporaryFolder folder = new();
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions
        {
            FaultShare = 0.2,
            FaultSeed = seed,
            Faults = Enum.GetValues<ServerFault>()[1..], // all but None
            SlowDelay = TimeSpan.FromSeconds(2.5), // past the time-out
            RetryAfter = TimeSpan.FromMilliseconds(20),
            DripDelay = TimeSpan.FromMilliseconds(1),
            InputPrice = PriceIn,
            OutputPrice = PriceOut,
        });
        UnitSeed chance = new(seed, "budget chaos", 0);
        string ledger = folder.File("0.db");
        bool usedUp = false;
        for (int process = 0; process < MostProcesses && !usedUp; process++)
        {
            string left = folder.File($"{process + 1}.db");
            try
            {
                // Each kill costs what is under way, at its worst case: the first process is always killed, of the others a third.
                int killAt = process == 0 || chance.Next(3) == 0 ? 4 + chance.Next(24) : int.MaxValue;
                await WorkAsync(server.Url, folder.File("cache.db"), ledger, left, killAt);
            }
            catch (InputException e)
            {
                usedUp = e.Message.StartsWith("The budget of $0.10 is used up", StringComparison.Ordinal);
            }

            if (File.Exists(left)) ledger = left;
        }

        return (server.Statistics.Billed, usedUp);
    }

    // One process: ends when all is done, when a fault is fatal, when the budget is used up, or when it is "killed".
    private static async Task WorkAsync(string url, string cachePath, string ledgerPath, string left, int killAt)
    {
        RunCounters counters = new();
        await using RunLedger ledger = RunLedger.Open(ledgerPath);
        await using CallCache cache = CallCache.Open(cachePath);
        await using SpendingGuard guard = new(Budget, counters);
        await guard.AttachAsync(ledger);
        BackendOptions options = new()
        {
            Kind = "OpenAI",
            Model = "any",
            TimeoutSeconds = 2,
            OutageSeconds = 5,
            Retries = 3,
            Endpoints = { new EndpointOptions { Url = url, MaxInFlight = 6, PriceIn = PriceIn, PriceOut = PriceOut } },
        };
        await using Backend backend = await BackendFactory.OpenAsync("server", options, ".", new Killed(guard, ledgerPath, left, killAt));
        using CachedChatClient client = new(backend.Chat!, cache, backend.ModelIdentity, counters); // it is a chat model's
        await Flow.From(Enumerable.Range(0, Units)).Stage("ask", 12, async (unit, token) =>
        {
            try
            {
                await client.GetResponseAsync($"Unit {unit}: what does a person ask who wants to know how the {unit}th lighthouse was lit?", new ChatOptions { MaxOutputTokens = 32, Seed = unit }, token);
                return true;
            }
            catch (Exception e) when (UnitFlow.FaultOf(e) is not null)
            {
                return false;
            }
        }).ForEachAsync((_, _) => ValueTask.CompletedTask);
    }

    /// <summary>
    /// A process that is killed when it asks for money for the nth time: nothing goes out any more, what did go out is billed, and the ledger is left as it is at that moment.
    /// </summary>
    private sealed class Killed(ISpending inner, string ledger, string left, int killAt) : ISpending
    {
        private readonly Lock _gate = new();
        private int _asked;

        public async ValueTask<ISpendingTicket> ReserveAsync(decimal worst, string? id, CancellationToken cancellationToken)
        {
            ISpendingTicket ticket = await inner.ReserveAsync(worst, id, cancellationToken);
            lock (_gate)
            {
                if (++_asked == killAt) SqliteFiles.Copy(ledger, left);
                if (_asked < killAt) return ticket;
            }

            ticket.Settle(0);
            throw new InputException("Killed.");
        }
    }
}
