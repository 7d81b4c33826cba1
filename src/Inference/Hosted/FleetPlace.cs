namespace R2Synth.Inference.Hosted;

/// <summary>The right to have one request under way at an endpoint, until <see cref="HostedFleet.Leave"/>.</summary>
internal sealed class FleetPlace
{
    /// <summary>The endpoint.</summary>
    public required EndpointState State { get; init; }

    /// <summary>Whether the request finds out if the endpoint is back.</summary>
    public required bool IsProbe { get; init; }

    /// <summary>Tokens counted against the minute, to be put right.</summary>
    public required long Tokens { get; init; }
}
