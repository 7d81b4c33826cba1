namespace R2Synth.Miners.Retrieval;

/// <summary>What a file of passages' vectors held beside one vector for each passage.</summary>
public sealed record ImpactFileReport
{
    /// <summary>Vectors whose id is not in the corpus; they are left out.</summary>
    public required int UnknownDocids { get; init; }

    /// <summary>The id of the first of them; null where there is none.</summary>
    public required string? FirstUnknownDocid { get; init; }

    /// <summary>Passages whose vector has no weight above 0: no query finds them.</summary>
    public required int EmptyVectors { get; init; }
}
