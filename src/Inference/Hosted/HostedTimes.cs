namespace R2Synth.Inference.Hosted;

/// <summary>The waits of a hosted backend, and the clock that they run on: settings and fixed values in one place, so that tests can have shorter ones.</summary>
internal sealed record HostedTimes
{
    /// <summary>Where time comes from.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>Limit of one try, its reply's body included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>How long the run waits while no server answers.</summary>
    public TimeSpan Outage { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>Wait before a request's second try; it doubles from one to the next, with jitter. Short, since holding back is <see cref="CongestionWindow"/>'s work.</summary>
    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest wait between two tries of one request.</summary>
    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Wait before an endpoint that was taken out is tried again; it doubles with each failure.</summary>
    public TimeSpan FirstProbe { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>Longest wait between two such tries.</summary>
    public TimeSpan LongestProbe { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A server that asks for more than this by <c>Retry-After</c> is as good as down.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>What a request that was already sent may still take once the run is cancelled: it is paid for, and its reply will be kept.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Limit of each question that <see cref="HostedProbe"/> asks for free.</summary>
    public TimeSpan Probe { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Those of the settings.</summary>
    public static HostedTimes Of(BackendOptions options) => new() { Timeout = TimeSpan.FromSeconds(options.TimeoutSeconds), Outage = TimeSpan.FromSeconds(options.OutageSeconds) };
}
