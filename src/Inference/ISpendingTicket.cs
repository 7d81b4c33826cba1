namespace R2Synth.Inference;

/// <summary>
/// Money set aside for one request. To be settled once the request has ended, however it ended: others wait for what it leaves over. What a process that was killed left
/// unsettled counts as spent in full.
/// </summary>
public interface ISpendingTicket
{
    /// <summary>Says what the request did cost; what is left over is free again. Only the first call counts.</summary>
    /// <param name="actual">US dollars; 0 for a request that was certainly not billed, all that was set aside where nobody knows.</param>
    void Settle(decimal actual);
}
