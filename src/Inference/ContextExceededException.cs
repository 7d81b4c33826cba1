namespace R2Synth.Inference;

/// <summary>A request does not fit the model's context: the fault of one record, never of the run.</summary>
public sealed class ContextExceededException : Exception
{
    /// <summary>Creates it without facts; prefer the one that has them.</summary>
    public ContextExceededException()
    {
    }

    /// <summary>Creates it with a message.</summary>
    public ContextExceededException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with a message and its cause.</summary>
    public ContextExceededException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates it from both numbers.</summary>
    /// <param name="tokens">What was asked for, the room for the reply included.</param>
    /// <param name="limit">What the longest sequence may hold.</param>
    public ContextExceededException(int tokens, int limit)
        : base($"The request needs {tokens} tokens and one sequence holds {limit}. Shorten the passages (Corpus:MaxWords) or raise the backend's ContextTokens or LongContextTokens.")
    {
        Tokens = tokens;
        Limit = limit;
    }

    /// <summary>Tokens asked for, the room for the reply included.</summary>
    public int Tokens { get; }

    /// <summary>Tokens that one sequence may hold.</summary>
    public int Limit { get; }
}
