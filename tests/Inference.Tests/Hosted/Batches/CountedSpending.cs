using System.Collections.Concurrent;

namespace R2Synth.Inference.Tests.Hosted.Batches;

/// <summary>Money that is set aside by name, over several backends as over several processes of a run.</summary>
internal sealed class CountedSpending : ISpending
{
    private readonly ConcurrentDictionary<string, Ticket> _tickets = new(StringComparer.Ordinal);

    public IReadOnlyDictionary<string, Ticket> Tickets => _tickets;

    public ValueTask<ISpendingTicket> ReserveAsync(decimal worst, string? id, CancellationToken cancellationToken)
    {
        Assert.True(worst > 0);
        Assert.NotNull(id);
        Ticket ticket = _tickets.GetOrAdd(id, _ => new Ticket { Worst = worst });
        Assert.Equal(worst, ticket.Worst);
        return ValueTask.FromResult<ISpendingTicket>(ticket);
    }

    public sealed class Ticket : ISpendingTicket
    {
        public required decimal Worst { get; init; }

        public decimal? Actual { get; private set; }

        public void Settle(decimal actual)
        {
            Assert.InRange(actual, 0, Worst);
            Assert.True(Actual is null || Actual == actual, "settled twice, differently");
            Actual = actual;
        }
    }
}
