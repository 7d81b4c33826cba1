namespace R2Synth.Inference;

/// <summary>Money set aside for one request. Left unsettled it counts as spent in full.</summary>
public interface ISpendingTicket
{
    /// <summary>Says what the request did cost; what is left over is free again. Only the first call counts.</summary>
    /// <param name="actual">US dollars; 0 for a request that was certainly not billed.</param>
    void Settle(decimal actual);
}
