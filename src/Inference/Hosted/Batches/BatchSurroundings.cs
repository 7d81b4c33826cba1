namespace R2Synth.Inference.Hosted.Batches;

/// <summary>What all batches of a backend share.</summary>
internal sealed class BatchSurroundings
{
    /// <summary>The server, for messages.</summary>
    public required HostedEndpoint Endpoint { get; init; }

    /// <summary>The server's files and batches.</summary>
    public required BatchServer Server { get; init; }

    /// <summary>Where batches are remembered.</summary>
    public required BatchFolder Folder { get; init; }

    /// <summary>When a batch is full, and how often to look at it.</summary>
    public required BatchOptions Options { get; init; }

    /// <summary>The run's money; null where nobody counts.</summary>
    public ISpending? Spending { get; init; }

    /// <summary>Tells the time, and waits.</summary>
    public required TimeProvider Clock { get; init; }

    /// <summary>Called for each answer that came: from the first on a request that is refused is so for its own sake.</summary>
    public required Action OnAnswer { get; init; }

    /// <summary>Gets the name of each step when it is done; tests stop there.</summary>
    public Action<string> Step { get; init; } = _ => { };

    /// <summary>Whether another batch of this process is at the server.</summary>
    public Func<BatchJob, bool> OthersUnderWay { get; set; } = _ => false;

    /// <summary>Waits until it is time to look again.</summary>
    public Task Wait(CancellationToken cancellationToken) => Task.Delay(TimeSpan.FromSeconds(Options.PollSeconds), Clock, cancellationToken);
}
