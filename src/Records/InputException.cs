namespace R2Synth.Records;

/// <summary>
/// Bad input or bad settings: the user can mend it, so the program ends with exit code 2 and shows only the message.
/// The message says what is wrong, where, the value found, what is allowed and what to do.
/// </summary>
public sealed class InputException : Exception
{
    /// <summary>Creates it without a message; prefer the others.</summary>
    public InputException()
    {
    }

    /// <summary>Creates it with the whole message.</summary>
    public InputException(string message)
        : base(message)
    {
    }

    /// <summary>Creates it with the whole message and its cause.</summary>
    public InputException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
