namespace R2Synth.Inference.Recorded;

/// <summary>What a recording says of the backend that it was made from. The first line; written again when a later run found it able to do more.</summary>
internal sealed record RecordingHeader
{
    /// <summary>The format that this program writes and reads; raised when keys or lines change.</summary>
    public const string CurrentFormat = "r2synth-recording/1";

    /// <summary>The file's format.</summary>
    public required string Recording { get; init; }

    /// <inheritdoc cref="Backend.ModelIdentity"/>
    public required string Model { get; init; }

    /// <inheritdoc cref="Backend.ScorerIdentity"/>
    public required string Scorer { get; init; }

    /// <inheritdoc cref="Backend.Abilities"/>
    public required BackendAbilities Abilities { get; init; }

    /// <inheritdoc cref="Backend.ContextTokens"/>
    public int? ContextTokens { get; init; }

    /// <inheritdoc cref="Backend.Weak"/>
    public bool Weak { get; init; }

    /// <inheritdoc cref="Backend.Concurrency"/>
    public required int Concurrency { get; init; }

    /// <summary>Of a backend as it is now.</summary>
    public static RecordingHeader Of(Backend backend) => new()
    {
        Recording = CurrentFormat,
        Model = backend.ModelIdentity,
        Scorer = backend.ScorerIdentity,
        Abilities = backend.Abilities & ~RecordingBackend.NotRecorded,
        ContextTokens = backend.ContextTokens,
        Weak = backend.Weak,
        Concurrency = backend.Concurrency,
    };
}
