namespace R2Synth.Inference.Recorded;

/// <summary>One line of a recording: a call, and what came of it.</summary>
/// <typeparam name="TRequest">What was asked.</typeparam>
/// <typeparam name="TReply">What was answered.</typeparam>
internal sealed record RecordedCall<TRequest, TReply>
    where TReply : class
{
    /// <summary>Hash of kind and request. First in the line, so that an index is made without reading the rest.</summary>
    public required string Key { get; init; }

    /// <summary>Which kind of call: <see cref="CallKind"/>.</summary>
    public required string Call { get; init; }

    /// <summary>What was asked.</summary>
    public required TRequest Request { get; init; }

    /// <summary>What was answered; null with an <see cref="Error"/>.</summary>
    public TReply? Reply { get; init; }

    /// <summary>Why there is no answer; null where there is one.</summary>
    public RecordedError? Error { get; init; }
}
