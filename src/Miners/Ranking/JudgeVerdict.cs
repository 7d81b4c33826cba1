namespace R2Synth.Miners.Ranking;

/// <summary>What a judge says of one passage: a score, or why there is none.</summary>
/// <param name="Score">Higher is better, on the judge's own scale; null where judging failed.</param>
/// <param name="Fault">Why there is no score, as a reason for reports; null where there is one.</param>
public readonly record struct JudgeVerdict(double? Score, string? Fault)
{
    /// <summary>The scores of the judges that were asked beside or behind this one, by name; null where there is but one judge.</summary>
    public IReadOnlyList<KeyValuePair<string, double>>? Each { get; init; }

    /// <summary>A verdict.</summary>
    public static JudgeVerdict Of(double score) => new(score, null);

    /// <summary>A failure, which is counted and never read as a verdict.</summary>
    public static JudgeVerdict Failed(string fault) => new(null, fault);

    /// <summary>The same with the scores of several judges; one that failed has none.</summary>
    /// <param name="judges">Their names.</param>
    /// <param name="verdicts">What each said, in their order.</param>
    public JudgeVerdict With(IReadOnlyList<string> judges, IReadOnlyList<JudgeVerdict> verdicts) =>
        this with { Each = [.. judges.Zip(verdicts).Where(one => one.Second.Score is not null).Select(one => KeyValuePair.Create(one.First, one.Second.Score!.Value))] }; // not null: filtered

    /// <summary>Every score by name: the judge's own and those of <see cref="Each"/>.</summary>
    /// <param name="judge">The name of the judge whose verdict this is.</param>
    public IEnumerable<KeyValuePair<string, double>> ScoresOf(string judge) => Score is { } score ? [.. Each ?? [], KeyValuePair.Create(judge, score)] : Each ?? [];
}
