namespace R2Synth.Inference.Recorded;

/// <summary>A call that failed by its own fault, as a recording keeps it.</summary>
internal sealed record RecordedError
{
    private const string ContextExceeded = "context-exceeded";
    private const string CallFailed = "call-failed";

    /// <summary>Which of the failures that are a record's own.</summary>
    public required string Kind { get; init; }

    /// <summary>The message.</summary>
    public required string Message { get; init; }

    /// <summary>Of a request that was too long: its tokens, where they were known.</summary>
    public int? Tokens { get; init; }

    /// <summary>Of a request that was too long: how many one may have, where that was known.</summary>
    public int? Limit { get; init; }

    /// <summary>Takes a failure apart; null for one that is not a record's own.</summary>
    public static RecordedError? Of(Exception fault) => fault switch
    {
        ContextExceededException { Limit: > 0 } e => new() { Kind = ContextExceeded, Message = e.Message, Tokens = e.Tokens, Limit = e.Limit },
        ContextExceededException e => new() { Kind = ContextExceeded, Message = e.Message },
        CallFailedException e => new() { Kind = CallFailed, Message = e.Message },
        _ => null,
    };

    /// <summary>Puts it together again.</summary>
    public Exception ToException() => this switch
    {
        { Kind: ContextExceeded, Tokens: { } tokens, Limit: { } limit } => new ContextExceededException(tokens, limit),
        { Kind: ContextExceeded } => new ContextExceededException(Message),
        _ => new CallFailedException(Message),
    };
}
