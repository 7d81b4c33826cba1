namespace R2Synth.Testing;

/// <summary>How a <see cref="TestServer"/> behaves.</summary>
public sealed class TestServerOptions
{
    /// <summary>The port; 0 takes a free one.</summary>
    public int Port { get; set; }

    /// <summary>The model that it knows; null takes any name.</summary>
    public string? Model { get; set; }

    /// <summary>The models that it knows and lists, in place of <see cref="Model"/>; empty leaves it to that.</summary>
    public IReadOnlyList<string> Models { get; set; } = [];

    /// <summary>The key that it asks for; null asks for none.</summary>
    public string? ApiKey { get; set; }

    /// <summary>What it can do.</summary>
    public ServerAbilities Abilities { get; set; } = new();

    /// <summary>Faults of the first requests, in the order in which they come in. Takes precedence over <see cref="FaultShare"/>.</summary>
    public IReadOnlyList<ServerFault> Script { get; set; } = [];

    /// <summary>Share of requests that meet one of <see cref="Faults"/>, 0 to 1. Decided by seed and body, so it does not depend on order or timing.</summary>
    public double FaultShare { get; set; }

    /// <summary>Seed of the faults.</summary>
    public long FaultSeed { get; set; }

    /// <summary>The faults to draw from; one that stands there twice is drawn twice as often.</summary>
    public IReadOnlyList<ServerFault> Faults { get; set; } = [ServerFault.TooManyRequests, ServerFault.ServerError, ServerFault.ConnectionReset];

    /// <summary>How often one and the same request meets its fault before it is served.</summary>
    public int FaultRepeats { get; set; } = 1;

    /// <summary>Share of requests, 0 to 1, that get one of a few replies in stock in place of their own: the same text for different queries. Decided by seed and body.</summary>
    public double DuplicateReplies { get; set; }

    /// <summary>Wait of <see cref="ServerFault.Slow"/>.</summary>
    public TimeSpan SlowDelay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The span that a Retry-After names. In whole seconds, rounded up; one that is not whole is named exactly in <c>retry-after-ms</c> beside it.</summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Bytes of one piece of a body that drips.</summary>
    public int DripBytes { get; set; } = 16;

    /// <summary>Wait between two pieces of a body that drips.</summary>
    public TimeSpan DripDelay { get; set; } = TimeSpan.FromMilliseconds(20);

    /// <summary>Whether every body drips.</summary>
    public bool Drip { get; set; }

    /// <summary>Time from the arrival of a request to its reply: never less, and up to a second hardly more.</summary>
    public TimeSpan Latency { get; set; }

    /// <summary>Tokens that it writes a second: a reply takes so much longer than <see cref="Latency"/>; null writes at once.</summary>
    public double? TokensPerSecond { get; set; }

    /// <summary>Requests at once; the ones beyond are answered 429 immediately. Null takes any number.</summary>
    public int? Places { get; set; }

    /// <summary>Requests a minute, granted by the second as they accrue (600 are 10 a second); the ones beyond are answered 429 immediately. Null takes any number.</summary>
    public int? RequestsPerMinute { get; set; }

    /// <summary>Whether the 429 of <see cref="Places"/> and <see cref="RequestsPerMinute"/> names <see cref="RetryAfter"/>.</summary>
    public bool RefuseWithRetryAfter { get; set; }

    /// <summary>Dollars for a million tokens that it reads.</summary>
    public double InputPrice { get; set; } = 0.15;

    /// <summary>Dollars for a million tokens that it writes.</summary>
    public double OutputPrice { get; set; } = 0.60;

    /// <summary>Whether bodies and attempts are kept. Without them the server's memory does not grow with the requests.</summary>
    public bool KeepBodies { get; set; } = true;

    /// <summary>Takes the place of the made-up reply where it gives one: from the request's body to the message's text.</summary>
    public Func<System.Text.Json.JsonElement, string?>? Reply { get; set; }

    /// <summary>How files and batches behave.</summary>
    public BatchServerOptions Batches { get; set; } = new();
}
