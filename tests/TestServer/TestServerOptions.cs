namespace R2Synth.Testing;

/// <summary>How a <see cref="TestServer"/> behaves.</summary>
public sealed class TestServerOptions
{
    /// <summary>The port; 0 takes a free one.</summary>
    public int Port { get; set; }

    /// <summary>The model that it knows; null takes any name.</summary>
    public string? Model { get; set; }

    /// <summary>The key that it asks for; null asks for none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Faults of the first chat requests, in the order in which they come in. Takes precedence over <see cref="FaultShare"/>.</summary>
    public IReadOnlyList<ServerFault> Script { get; set; } = [];

    /// <summary>Share of chat requests that meet one of <see cref="Faults"/>, 0 to 1. Decided by seed and body, so it does not depend on order or timing.</summary>
    public double FaultShare { get; set; }

    /// <summary>Seed of the faults.</summary>
    public long FaultSeed { get; set; }

    /// <summary>The faults to draw from.</summary>
    public IReadOnlyList<ServerFault> Faults { get; set; } = [ServerFault.TooManyRequests, ServerFault.ServerError, ServerFault.ConnectionReset];

    /// <summary>How often one and the same request meets its fault before it is served.</summary>
    public int FaultRepeats { get; set; } = 1;

    /// <summary>Wait of <see cref="ServerFault.Slow"/>.</summary>
    public TimeSpan SlowDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>Time that every chat reply takes.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Takes the place of the made-up reply where it gives one: from the request's body to the message's text.</summary>
    public Func<System.Text.Json.JsonElement, string?>? Reply { get; set; }
}
