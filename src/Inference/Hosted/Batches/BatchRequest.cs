namespace R2Synth.Inference.Hosted.Batches;

/// <summary>A request in a batch, as its state remembers it; its body is a line of the input file.</summary>
internal sealed record BatchRequest
{
    /// <summary>SHA-256 of the request's body, the line's <c>custom_id</c>: whoever asks the same again finds the reply by it.</summary>
    public required string Id { get; init; }

    /// <summary>How often it was put into a batch, this one included; 1 or more.</summary>
    public required int Round { get; init; }

    /// <summary>The most that it can cost, in US dollars; 0 where nothing is paid.</summary>
    public decimal Worst { get; init; }

    /// <summary>Names the money set aside for it.</summary>
    public string SpendingId => $"{Id}:{Round}";
}
