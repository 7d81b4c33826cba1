using R2Synth.Records;

namespace R2Synth.Inference.Hosted;

/// <summary>What came of one try at one endpoint.</summary>
internal sealed class Attempt
{
    /// <summary>How it ended.</summary>
    public required AttemptKind Kind { get; init; }

    /// <summary>The answer, its body read; null where there is none to hand on.</summary>
    public HttpResponseMessage? Response { get; init; }

    /// <summary>What the endpoint says it used; null where it does not say.</summary>
    public TokenUsage? Usage { get; init; }

    /// <summary>Whether the endpoint may have done, and may bill, what <see cref="Usage"/> does not say.</summary>
    public bool MayHaveCost { get; init; }

    /// <summary>From sending to the end of the body.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>How long the endpoint wants to be left alone; null where it does not say.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What went wrong, in a few words; of <see cref="AttemptKind.Fatal"/> the whole message.</summary>
    public string Reason { get; init; } = "";

    /// <summary>What the user may do about it.</summary>
    public string Advice { get; init; } = "";

    /// <summary>What was caught.</summary>
    public Exception? Cause { get; init; }

    /// <summary>Whether the same request may be answered another time.</summary>
    public bool MayPass => Kind is AttemptKind.Refused or AttemptKind.Failed;

    /// <summary>Nothing was found out.</summary>
    public static Attempt Abandoned { get; } = new() { Kind = AttemptKind.Abandoned };

    /// <summary>The end of the run, in words that lead to a remedy.</summary>
    /// <param name="endpoint">Where it ended so.</param>
    /// <param name="tries">How often it ended so.</param>
    /// <param name="kept">Whether something was done before.</param>
    public InputException NoAnswer(HostedEndpoint endpoint, int tries, bool kept)
    {
        const string Kept = "What is done is kept";
        string advice = kept && !Advice.StartsWith(Kept, StringComparison.Ordinal) ? $"{Kept}; run the same command again later. {Advice}" : Advice;
        return new InputException($"{endpoint.Prefix} did not answer: {Facts(tries)} {advice}", Cause!); // may be null
    }

    /// <summary>The end of a record, where others were served meanwhile.</summary>
    /// <param name="endpoint">Where the last try ended so.</param>
    /// <param name="tries">How many there were.</param>
    public CallFailedException CallFailed(HostedEndpoint endpoint, int tries) =>
        new($"{endpoint.Prefix} answered others, but not this request: {Facts(tries)}", Cause!); // may be null

    private string Facts(int tries) => $"{Reason.TrimEnd('.')} ({tries} {(tries == 1 ? "try" : "tries")}).";
}
