namespace R2Synth.Inference.Hosted;

/// <summary>
/// One call on its way through an HTTP client that knows nothing of it: what cancels it, and what it did cost. Whoever sends through <see cref="HostedBackend.Http"/> begins one in the
/// same method, and sends with <see cref="CancellationToken.None"/>: a client that is cancelled itself would throw a paid reply away.
/// </summary>
internal sealed class HostedCall
{
    private static readonly AsyncLocal<HostedCall?> Flowing = new();

    private HostedCall(CancellationToken cancellationToken) => CancellationToken = cancellationToken;

    /// <summary>The call that the present method belongs to; null outside of one.</summary>
    public static HostedCall? Current => Flowing.Value;

    /// <summary>Cancels a wait at once, and a request under way after <see cref="HostedTimes.Grace"/>.</summary>
    public CancellationToken CancellationToken { get; }

    /// <summary>US dollars for all tries, those that may have been paid for in full; null where nothing was paid. Only one try is under way at a time.</summary>
    public decimal? Cost { get; private set; }

    /// <summary>Who answered; null while nobody has.</summary>
    public HostedEndpoint? Endpoint { get; set; }

    /// <summary>Begins a call. It ends with the async method that calls this.</summary>
    public static HostedCall Begin(CancellationToken cancellationToken) => Flowing.Value = new HostedCall(cancellationToken);

    /// <summary>Adds to the cost.</summary>
    public void Add(decimal cost) => Cost = (Cost ?? 0) + cost;
}
