namespace R2Synth.Miners.Selection;

/// <summary>How well written texts can be told from others by style alone.</summary>
public sealed record StyleSeparation
{
    /// <summary>P(a written text looks more written than another one), ties counted half; 0.5 is wanted. In [0, 1].</summary>
    public required double Auc { get; init; }

    /// <summary>Lower end of the 95 % bootstrap interval over the written texts.</summary>
    public required double Low { get; init; }

    /// <summary>Upper end of that interval.</summary>
    public required double High { get; init; }

    /// <summary>Written texts measured.</summary>
    public required int Written { get; init; }

    /// <summary>Other texts measured.</summary>
    public required int Others { get; init; }

    /// <summary>For each written text, in the order given, the probability that it is written, from a classifier that did not see it.</summary>
    public required IReadOnlyList<double> Probabilities { get; init; }

    /// <summary>Whether style gives the written ones away: the whole interval is above 0.5.</summary>
    public bool Separable => Low > 0.5;
}
