namespace R2Synth.Testing;

/// <summary>What can go wrong with a request about files and batches.</summary>
public enum BatchFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>500; nothing is done.</summary>
    ServerError,

    /// <summary>429 with Retry-After of no seconds; nothing is done.</summary>
    TooManyRequests,

    /// <summary>The connection is reset; nothing is done.</summary>
    Reset,

    /// <summary>It is done, and then the connection is reset instead of an answer.</summary>
    DoneThenReset,

    /// <summary>An answer that ends in the middle.</summary>
    BrokenBody,

    /// <summary>401, the message repeating the key that was sent.</summary>
    Unauthorized,

    /// <summary>402.</summary>
    PaymentRequired,

    /// <summary>404.</summary>
    NotFound,
}
