namespace R2Synth.Inference;

/// <summary>The money that a run may spend. Whoever is about to send a request that costs something asks here first. Thread-safe.</summary>
public interface ISpending
{
    /// <summary>
    /// Sets money aside for a request. Returns at once while there is enough; waits where requests under way may still leave enough over.
    /// What is set aside is written down before this returns, so that money that a killed process may have spent is known to the next one.
    /// </summary>
    /// <param name="worst">The most that the request can cost, in US dollars; above 0.</param>
    /// <param name="id">Names a request that a later process may take up again (of a batch), so that it is set aside once; null for any other.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <exception cref="Records.InputException">The budget is used up; everything that was paid for is kept.</exception>
    ValueTask<ISpendingTicket> ReserveAsync(decimal worst, string? id, CancellationToken cancellationToken);
}
