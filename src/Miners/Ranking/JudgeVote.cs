namespace R2Synth.Miners.Ranking;

/// <summary>How well one judge tells a query's seed passage from others, and whether it may therefore vote.</summary>
public sealed record JudgeVote
{
    /// <summary>The recipe on whose queries it was measured; empty until the caller says.</summary>
    public string Recipe { get; init; } = "";

    /// <summary>Recipe and judge as tables show them.</summary>
    public string Name => Recipe.Length == 0 ? Judge : $"{Recipe} {Judge}";

    /// <summary>The judge: <c>ql</c>, <c>rc</c>, or the retriever's <c>rrf</c> for comparison.</summary>
    public required string Judge { get; init; }

    /// <summary>P(seed scores above a retrieved passage), ties counted half, mean over queries; in [0, 1].</summary>
    public required double AucRetrieved { get; init; }

    /// <summary>Lower end of the 95 % bootstrap interval over queries.</summary>
    public required double AucRetrievedLow { get; init; }

    /// <summary>Upper end of that interval.</summary>
    public required double AucRetrievedHigh { get; init; }

    /// <summary>P(seed scores above a random passage), likewise.</summary>
    public required double AucRandom { get; init; }

    /// <summary>Lower end of its 95 % bootstrap interval.</summary>
    public required double AucRandomLow { get; init; }

    /// <summary>Upper end of that interval.</summary>
    public required double AucRandomHigh { get; init; }

    /// <summary>Queries measured.</summary>
    public required int Queries { get; init; }

    /// <summary>Whether it takes part in the fusion: both lower ends are above 0.5.</summary>
    public required bool Votes { get; init; }

    /// <summary>Its measures on people's judgments, where there are some; then the AUC is that of relevant against other judged candidates, and nothing is measured against random passages.</summary>
    public JudgeQuality? Quality { get; init; }

    /// <summary>Why it has no vote, in a sentence; empty for a judge that votes, and where nobody measured it on people's judgments.</summary>
    public string Excluded { get; init; } = "";

    /// <summary>What it was measured to be worth: 2 AUC - 1, against retrieved or other judged candidates; 0 is chance, 1 never wrong.</summary>
    public double Worth => (2 * AucRetrieved) - 1;

    /// <summary>The row of a judge that was measured on people's judgments.</summary>
    /// <param name="quality">Its measures.</param>
    /// <param name="choice">Who decides: <see cref="VoterChoice.Earned"/> lets a judge vote that can tell, <see cref="VoterChoice.None"/> none, any other every one.</param>
    /// <param name="recipe">See <see cref="Recipe"/>.</param>
    public static JudgeVote From(JudgeQuality quality, VoterChoice choice, string recipe)
    {
        ArgumentNullException.ThrowIfNull(quality);
        bool votes = choice == VoterChoice.Earned ? quality.CanTell : choice != VoterChoice.None;
        return new JudgeVote
        {
            Recipe = recipe,
            Judge = quality.Judge,
            AucRetrieved = quality.Auc?.Mean ?? double.NaN,
            AucRetrievedLow = quality.Auc?.Low ?? double.NaN,
            AucRetrievedHigh = quality.Auc?.High ?? double.NaN,
            AucRandom = double.NaN,
            AucRandomLow = double.NaN,
            AucRandomHigh = double.NaN,
            Queries = quality.Auc?.Queries ?? 0,
            Votes = votes,
            Quality = quality,
            Excluded = votes ? "" : choice == VoterChoice.None ? $"The judge '{quality.Judge}' is excluded: Mining:Voters is None." : quality.Excluded,
        };
    }
}
