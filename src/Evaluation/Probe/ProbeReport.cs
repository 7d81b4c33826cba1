namespace R2Synth.Evaluation.Probe;

/// <summary>What the probe found on one collection.</summary>
public sealed record ProbeReport
{
    /// <summary>The collection's name.</summary>
    public required string Collection { get; init; }

    /// <summary>Judged queries.</summary>
    public required int Queries { get; init; }

    /// <summary>Groups trained on.</summary>
    public required int Examples { get; init; }

    /// <summary>The systems in order: bm25, untrained, trained, fused (trained + BM25), and the references that were asked for and could be made: titles (title-text pairs), people (judged pairs).</summary>
    public required IReadOnlyList<ProbeRow> Rows { get; init; }

    /// <summary>Steps that each seed's training kept.</summary>
    public required IReadOnlyList<int> Steps { get; init; }

    /// <summary>The row of a system; null where there is none.</summary>
    public ProbeRow? Row(string system) => Rows.FirstOrDefault(row => row.System == system);

    /// <summary>Whether the data teaches, in one sentence: the 95 % interval of trained minus untrained, in nDCG@10, lies above 0.</summary>
    public string Verdict
    {
        get
        {
            PairedDifference gain = Row("trained")?.AgainstUntrained ?? throw new InvalidOperationException("There is no trained row.");
            string figures = FormattableString.Invariant($"nDCG@10 {gain.Mean:F3} (95 % interval {gain.Low:F3} to {gain.High:F3}) over the untrained probe on {Queries} queries");
            return gain.Low > 0 ? $"The data teaches: {figures}."
                : gain.High < 0 ? $"The data harms: {figures}."
                : $"The data does not visibly teach: {figures}.";
        }
    }

    /// <summary>How far the data comes beside the references, a sentence each; empty where there are none.</summary>
    public IReadOnlyList<string> Beside
    {
        get
        {
            double gain = Gain("trained") ?? 0;
            return
            [
                .. Gain("titles") is { } titles ? [FormattableString.Invariant($"Title-text pairs of the same passages gain {titles:F3}, the data {gain:F3}.")] : Array.Empty<string>(),
                .. Gain("people") is { } people
                    ? [people > 0
                        ? FormattableString.Invariant($"People's own pairs gain {people:F3}; the data reaches {gain / people:P0} of that.")
                        : FormattableString.Invariant($"People's own pairs gain {people:F3} on this collection, so there is nothing to reach.")]
                    : Array.Empty<string>(),
            ];
        }
    }

    private double? Gain(string system) => Row(system)?.AgainstUntrained?.Mean;
}
