using System.Collections.Concurrent;

namespace R2Synth.Inference.Tests.Hosted.Batches;

/// <summary>Money that is set aside by name, over several backends as over several processes of a run; a name that comes again takes the place of the earlier one.</summary>
internal sealed class CountedSpending : ISpending
{
    private readonly ConcurrentDictionary<string, Ticket> _tickets = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, Ticket> Tickets => _tickets;

    public ValueTask<ISpendingTicket> ReserveAsync(decimal worst, string? id, CancellationToken cancellationToken)
    {
        Assert.True(worst > 0);
        Assert.NotNull(id);
        Ticket ticket = new() { Worst = worst };
        _tickets.AddOrUpdate(id, ticket, (_, earlier) =>
        {
            Assert.Equal(worst, earlier.Worst);
            return ticket;
        });
        return ValueTask.FromResult<ISpendingTicket>(ticket);
    }

    public sealed class Ticket : ISpendingTicket
    {
        public required decimal Worst { get; init; }

        public decimal? Actual { get; private set; }

        public void Settle(decimal actual)
        {
            Assert.InRange(actual, 0, Worst);
            Actual ??= actual;
        }
    }
}
