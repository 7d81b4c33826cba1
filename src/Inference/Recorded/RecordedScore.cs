namespace R2Synth.Inference.Recorded;

/// <summary>A score as a recording keeps it. Numbers are written so that they are read back to the bit.</summary>
internal sealed record RecordedScore
{
    /// <inheritdoc cref="ContinuationScore.LogLikelihood"/>
    public required double LogLikelihood { get; init; }

    /// <inheritdoc cref="ContinuationScore.Tokens"/>
    public required int Tokens { get; init; }

    /// <inheritdoc cref="ContinuationScore.Labels"/>
    public IReadOnlyList<double> Labels { get; init; } = [];

    /// <inheritdoc cref="ContinuationScore.TokensRead"/>
    public int TokensRead { get; init; }

    /// <summary>What it did cost then, in US dollars; a replay costs nothing.</summary>
    public decimal? Cost { get; init; }

    /// <summary>Takes a score apart.</summary>
    public static RecordedScore Of(ContinuationScore score) => new()
    {
        LogLikelihood = score.LogLikelihood,
        Tokens = score.Tokens,
        Labels = score.Labels,
        TokensRead = score.TokensRead,
        Cost = score.Cost == 0 ? null : score.Cost,
    };

    /// <summary>Puts it together again, without the cost.</summary>
    public ContinuationScore ToScore() => new() { LogLikelihood = LogLikelihood, Tokens = Tokens, Labels = Labels, TokensRead = TokensRead };
}
