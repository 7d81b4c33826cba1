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

    /// <summary>The systems in order: bm25, untrained, trained, fused (trained + BM25), and titles where the free control could be made.</summary>
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
}
