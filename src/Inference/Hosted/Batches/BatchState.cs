namespace R2Synth.Inference.Hosted.Batches;

/// <summary>
/// What is known of a batch, written whole after each step, so that a process that is killed leaves at most one step in doubt: one that the server is
/// asked about by <see cref="Id"/>, which is the input file's name and part of the batch's metadata there.
/// </summary>
internal sealed record BatchState
{
    /// <summary>Our own name of it: the time of its making, in UTC, and a part of the hash of its requests.</summary>
    public required string Id { get; init; }

    /// <summary>What is in it, in the order of the input file.</summary>
    public required IReadOnlyList<BatchRequest> Requests { get; init; }

    /// <summary>The input file's id at the server; null before it was uploaded.</summary>
    public string? FileId { get; init; }

    /// <summary>The batch's id at the server; null before it was made there.</summary>
    public string? BatchId { get; init; }

    /// <summary>The server's last word on it: <c>validating</c>, <c>in_progress</c>, <c>finalizing</c>, <c>completed</c>, <c>expired</c>, <c>cancelling</c>, <c>cancelled</c>; empty before.</summary>
    public string Status { get; init; } = "";

    /// <summary>Whether its results lie beside this file.</summary>
    public bool Fetched { get; init; }

    /// <summary>Whether each of its requests was settled with the run's money.</summary>
    public bool Settled { get; init; }

    /// <summary>Whether a process that ended in order had asked for every one of its results.</summary>
    public bool HandedOut { get; init; }
}
