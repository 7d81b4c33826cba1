using R2Synth.Inference.Hosted;

namespace R2Synth.Inference.Tests.Hosted;

/// <summary>Endpoints and fleets as the settings make them.</summary>
internal static class FleetFixture
{
    public static readonly TokenEstimate SomeTokens = new(10, 10);

    public static HostedEndpoint Endpoint(EndpointOptions endpoint) => Endpoints(endpoint)[0];

    public static IReadOnlyList<HostedEndpoint> Endpoints(params EndpointOptions[] endpoints)
    {
        BackendOptions options = new() { Kind = "OpenAI", Model = "test-model" };
        foreach (EndpointOptions endpoint in endpoints)
        {
            if (endpoint.Url.Length == 0) endpoint.Url = "http://127.0.0.1:9/v1";
            options.Endpoints.Add(endpoint);
        }

        return HostedOptionsCheck.Check("mock", options);
    }

    public static Attempt Served(double seconds = 0.05, TokenUsage? usage = null) => new() { Kind = AttemptKind.Served, Latency = TimeSpan.FromSeconds(seconds), Usage = usage };

    public static Attempt Refused(double? retryAfter = null) => new() { Kind = AttemptKind.Refused, Reason = "429", RetryAfter = retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null };

    public static Attempt Failed(AttemptKind kind = AttemptKind.Failed) => new() { Kind = kind, Reason = "connection refused", Advice = "Start it." };
}
