namespace R2Synth.Inference;

/// <summary>
/// A request that servers failed to answer again and again while they answered others: the fault of one record, never of the run.
/// </summary>
public sealed class CallFailedException : Exception
{
    /// <summary>Creates it without facts; prefer the others.</summary>
    public CallFailedException()
    {
    }

    /// <summary>Creates it with what was tried and what came back.</summary>
    public CallFailedException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with what was tried and what came back, and the last fault.</summary>
    public CallFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
