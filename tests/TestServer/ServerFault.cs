namespace R2Synth.Testing;

/// <summary>What can go wrong with a request for a reply or an embedding.</summary>
public enum ServerFault
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>429 without Retry-After.</summary>
    TooManyRequests,

    /// <summary>429 with Retry-After of <see cref="TestServerOptions.RetryAfter"/>.</summary>
    TooManyRequestsWithRetryAfter,

    /// <summary>500.</summary>
    ServerError,

    /// <summary>503.</summary>
    ServiceUnavailable,

    /// <summary>402, nothing left to pay with.</summary>
    PaymentRequired,

    /// <summary>The connection is reset before an answer.</summary>
    ConnectionReset,

    /// <summary>The answer comes after <see cref="TestServerOptions.SlowDelay"/>.</summary>
    Slow,

    /// <summary>The answer comes in pieces of <see cref="TestServerOptions.DripBytes"/> with <see cref="TestServerOptions.DripDelay"/> between them.</summary>
    SlowDrip,

    /// <summary>200 with a body that ends in the middle, short of its Content-Length.</summary>
    BrokenBody,

    /// <summary>200 with a body of no stated length; the connection is reset after two thirds.</summary>
    ResetAfterPart,

    /// <summary>200 with half of the JSON, ended as if it were whole.</summary>
    HalfBody,

    /// <summary>A reply that other requests with the same schema get as well, whatever they ask.</summary>
    DuplicateReply,

    /// <summary>A reply that is cut off, finish reason <c>length</c>.</summary>
    TruncatedJson,

    /// <summary>A reply that is JSON and does not fit the schema.</summary>
    WrongSchema,

    /// <summary>A reply that begins with the model's thoughts, as from a server without a parser for them.</summary>
    Thoughts,

    /// <summary>A reply held back, finish reason <c>content_filter</c>.</summary>
    ContentFilter,

    /// <summary>A reranking that leaves a document out.</summary>
    ShortRanking,

    /// <summary>A reranking that scores a document twice, and not the same.</summary>
    DoubledRanking,

    /// <summary>A reranking with a document that was not asked about.</summary>
    ForeignRanking,

    /// <summary>A reranking with null for a score.</summary>
    UnscoredRanking,

    /// <summary>400 with code <c>context_length_exceeded</c>.</summary>
    ContextExceeded,

    /// <summary>500 as llama-server calls a text that is too long to be embedded or reranked.</summary>
    TooLarge,

    /// <summary>413 as Text Embeddings Inference calls it.</summary>
    TooManyTokens,

    /// <summary>400 of another kind.</summary>
    BadRequest,

    /// <summary>401, the message repeating the key that was sent.</summary>
    Unauthorized,

    /// <summary>404, the model is not known.</summary>
    NotFound,
}
