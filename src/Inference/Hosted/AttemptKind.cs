namespace R2Synth.Inference.Hosted;

/// <summary>How one try at one endpoint ended.</summary>
internal enum AttemptKind
{
    /// <summary>Nothing was found out: cancelled, or no money for it.</summary>
    Abandoned,

    /// <summary>A whole reply.</summary>
    Served,

    /// <summary>The endpoint works and does not want this request; the response says why.</summary>
    Rejected,

    /// <summary>Too much at once: 429 or 503.</summary>
    Refused,

    /// <summary>Another fault that may pass: 408, 5xx, no reply in time, a broken connection, half a reply.</summary>
    Failed,

    /// <summary>No connection came about, so that nothing was sent.</summary>
    Unreachable,

    /// <summary>The endpoint will never serve this run: wrong key, no such model, no money left.</summary>
    Fatal,
}
