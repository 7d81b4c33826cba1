namespace R2Synth.Testing;

/// <summary>What can go wrong with a chat request.</summary>
public enum ServerFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>429 without Retry-After.</summary>
    TooManyRequests,

    /// <summary>429 with Retry-After of one second.</summary>
    TooManyRequestsWithRetryAfter,

    /// <summary>500.</summary>
    ServerError,

    /// <summary>The connection is reset before an answer.</summary>
    ConnectionReset,

    /// <summary>The answer comes after <see cref="TestServerOptions.SlowDelay"/>.</summary>
    Slow,

    /// <summary>200 with a body that ends in the middle.</summary>
    BrokenBody,

    /// <summary>A reply that is cut off, finish reason <c>length</c>.</summary>
    TruncatedJson,

    /// <summary>A reply that is JSON and does not fit the schema.</summary>
    WrongSchema,

    /// <summary>A reply held back, finish reason <c>content_filter</c>.</summary>
    ContentFilter,

    /// <summary>400 with code <c>context_length_exceeded</c>.</summary>
    ContextExceeded,

    /// <summary>400 of another kind.</summary>
    BadRequest,

    /// <summary>401, the message repeating the key that was sent.</summary>
    Unauthorized,

    /// <summary>404, the model is not known.</summary>
    NotFound,
}
