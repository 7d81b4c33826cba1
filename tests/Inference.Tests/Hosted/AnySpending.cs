namespace R2Synth.Inference.Tests.Hosted;

/// <summary>Money without an end.</summary>
internal sealed class AnySpending : ISpending, ISpendingTicket
{
    public ValueTask<ISpendingTicket> ReserveAsync(decimal worst, string? id, CancellationToken cancellationToken) => ValueTask.FromResult<ISpendingTicket>(this);

    public void Settle(decimal actual)
    {
    }
}
