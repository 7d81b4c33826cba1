namespace R2Synth.Miners.Ranking;

/// <summary>What a judge says of one passage: a score, or why there is none.</summary>
/// <param name="Score">Higher is better, on the judge's own scale; null where judging failed.</param>
/// <param name="Fault">Why there is no score, as a reason for reports; null where there is one.</param>
public readonly record struct JudgeVerdict(double? Score, string? Fault)
{
    /// <summary>A verdict.</summary>
    public static JudgeVerdict Of(double score) => new(score, null);

    /// <summary>A failure, which is counted and never read as a verdict.</summary>
    public static JudgeVerdict Failed(string fault) => new(null, fault);
}
