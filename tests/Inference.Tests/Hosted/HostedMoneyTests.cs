using Microsoft.Extensions.AI;
using R2Synth.Inference.Hosted;
using R2Synth.Records;
using R2Synth.Testing;

namespace R2Synth.Inference.Tests.Hosted;

public class HostedMoneyTests
{
    /// <summary>Remembers what was asked for and what was said to have been spent.</summary>
    private sealed class Purse : ISpending
    {
        private readonly List<Ticket> _tickets = [];

        public IReadOnlyList<(decimal Worst, decimal? Actual)> Tickets
        {
            get { lock (_tickets) return [.. _tickets.Select(ticket => (ticket.Worst, ticket.Actual))]; }
        }

        public Func<CancellationToken, ValueTask> Before { get; set; } = _ => ValueTask.CompletedTask;

        public async ValueTask<ISpendingTicket> ReserveAsync(decimal worst, string? id, CancellationToken cancellationToken)
        {
            Assert.Null(id);
            await Before(cancellationToken);
            Ticket ticket = new(worst);
            lock (_tickets) _tickets.Add(ticket);
            return ticket;
        }

        private sealed class Ticket(decimal worst) : ISpendingTicket
        {
            public decimal Worst => worst;

            public decimal? Actual { get; private set; }

            public void Settle(decimal actual) => Actual ??= actual;
        }
    }

    private static HostedBackend Open(string url, ISpending? purse, double priceIn = 1, int retries = 3, double timeoutSeconds = 5)
    {
        BackendOptions options = new() { Kind = "OpenAI", Model = "test-model", Retries = retries };
        options.Endpoints.Add(new EndpointOptions { Url = url, PriceIn = priceIn, PriceOut = 4 * priceIn });
        HostedTimes times = HostedTimes.Of(options) with { Timeout = TimeSpan.FromSeconds(timeoutSeconds), FirstDelay = TimeSpan.FromMilliseconds(10), Grace = TimeSpan.FromMilliseconds(100) };
        return HostedBackend.Open("mock", options, purse, times);
    }

    private static Task<ChatResponse> AskAsync(HostedBackend backend, string text = "Wie schön: 日本語", CancellationToken cancellationToken = default) =>
        backend.Chat.GetResponseAsync([new ChatMessage(ChatRole.User, text)], new ChatOptions { MaxOutputTokens = 32 }, cancellationToken);

    private static decimal CostOf(ChatResponse reply) => Assert.IsType<decimal>(reply.AdditionalProperties?[CallOptions.Cost]);

    [Fact]
    public async Task A_reply_costs_what_its_usage_says_and_never_more_than_was_set_aside()
    {
        await using TestServer server = await TestServer.StartAsync();
        Purse purse = new();
        await using HostedBackend backend = Open(server.Url, purse);
        ChatResponse reply = await AskAsync(backend);
        decimal expected = (reply.Usage!.InputTokenCount!.Value + (4 * reply.Usage.OutputTokenCount!.Value)) / 1_000_000m;
        (decimal worst, decimal? actual) = Assert.Single(purse.Tickets);
        Assert.Equal((expected, expected), (actual, CostOf(reply)));
        Assert.InRange(worst, 32 * 4 / 1_000_000m, 1_000 / 1_000_000m);
        Assert.True(worst >= expected);
    }

    [Fact]
    public async Task A_server_without_prices_asks_for_nothing_and_says_nothing()
    {
        await using TestServer server = await TestServer.StartAsync();
        Purse purse = new();
        await using HostedBackend backend = Open(server.Url, purse, priceIn: 0);
        Assert.Null((await AskAsync(backend)).AdditionalProperties);
        Assert.Empty(purse.Tickets);
    }

    [Fact]
    public async Task Refused_tries_cost_nothing_and_broken_ones_count_in_full()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions
        {
            Script = [ServerFault.TooManyRequests, ServerFault.ServerError, ServerFault.BrokenBody, ServerFault.None, ServerFault.BadRequest],
        });
        Purse purse = new();
        await using HostedBackend backend = Open(server.Url, purse);
        ChatResponse reply = await AskAsync(backend);
        (decimal Worst, decimal? Actual)[] tickets = [.. purse.Tickets];
        Assert.Equal([0m, 0m, tickets[2].Worst], tickets[..3].Select(ticket => ticket.Actual));
        Assert.Equal(tickets[2].Worst + tickets[3].Actual, CostOf(reply));
        await AskAsync(backend);
        Assert.Equal(0, purse.Tickets[^1].Actual);
    }

    [Fact]
    public async Task A_try_without_a_reply_in_time_counts_in_full()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Script = [ServerFault.Slow, ServerFault.ConnectionReset], SlowDelay = TimeSpan.FromSeconds(20) });
        Purse purse = new();
        await using HostedBackend backend = Open(server.Url, purse, timeoutSeconds: 0.5);
        ChatResponse reply = await AskAsync(backend);
        (decimal Worst, decimal? Actual)[] tickets = [.. purse.Tickets];
        Assert.Equal((3, tickets[0].Worst, tickets[1].Worst), (tickets.Length, tickets[0].Actual, tickets[1].Actual));
        Assert.Equal(tickets[0].Worst + tickets[1].Worst + tickets[2].Actual, CostOf(reply));
    }

    [Fact]
    public async Task An_empty_purse_ends_the_run_before_anything_is_sent()
    {
        await using TestServer server = await TestServer.StartAsync();
        Purse purse = new() { Before = _ => throw new InputException("The budget is used up.") };
        await using HostedBackend backend = Open(server.Url, purse);
        Assert.Equal("The budget is used up.", (await Assert.ThrowsAsync<InputException>(() => AskAsync(backend))).Message);
        Assert.Equal(0, server.Requests);
        purse.Before = _ => ValueTask.CompletedTask;
        await AskAsync(backend); // its place was given back
    }

    [Fact]
    public async Task Who_waits_for_money_is_cancelled_at_once_and_who_was_cut_off_has_paid()
    {
        await using TestServer server = await TestServer.StartAsync(new TestServerOptions { Script = [ServerFault.Slow], SlowDelay = TimeSpan.FromSeconds(20) });
        Purse purse = new();
        await using HostedBackend backend = Open(server.Url, purse);
        using CancellationTokenSource sent = new();
        Task<ChatResponse> call = AskAsync(backend, cancellationToken: sent.Token);
        while (server.Requests < 1) await Task.Delay(5);
        await sent.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        (decimal worst, decimal? actual) = Assert.Single(purse.Tickets);
        Assert.Equal(worst, actual);

        purse.Before = token => new ValueTask(Task.Delay(Timeout.Infinite, token));
        using CancellationTokenSource waiting = new();
        call = AskAsync(backend, cancellationToken: waiting.Token);
        await waiting.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(1, server.Requests);
    }

    [Fact]
    public void The_worst_case_bounds_every_text()
    {
        Pricing pricing = Pricing.Of(new EndpointOptions { PriceIn = 2, PriceCachedIn = 0.5, PriceOut = 8 });
        Assert.Equal(((1000 + 32) * 2m + (100 * 8m)) / 1_000_000m, pricing.Worst(1000, messages: 2, mostOutput: 100));
        Assert.Equal(((70 * 2m) + (30 * 0.5m) + (10 * 8m)) / 1_000_000m, pricing.Of(new TokenUsage(100, 30, 10)));
        Assert.True(Pricing.Of(new EndpointOptions()).IsFree);
    }
}
