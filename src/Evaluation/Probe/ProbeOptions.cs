namespace R2Synth.Evaluation.Probe;

/// <summary>How the probe is trained.</summary>
public sealed record ProbeOptions
{
    /// <summary>Groups in a batch; fewer where there are fewer.</summary>
    public int Batch { get; init; } = 256;

    /// <summary>Most steps.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>InfoNCE's temperature.</summary>
    public float Temperature { get; init; } = 0.05f;

    /// <summary>Adam's rate, for rows and weights.</summary>
    public float Rate { get; init; } = 0.01f;

    /// <summary>Hard negatives a group and step, taken in turn; 0 trains with in-batch negatives alone.</summary>
    public int HardNegatives { get; init; } = 1;

    /// <summary>A negative that is nearer to the query than its positive by more than this is left out of the loss (Qwen3-Embedding, arXiv 2506.05176, section 3: 0.1).</summary>
    public float FalseNegativeMargin { get; init; } = 0.1f;

    /// <summary>Share of the groups that are held back to say when to stop; where that is few, up to three such parts are held in turn and the middle one decides.</summary>
    public double HeldShare { get; init; } = 0.1;

    /// <summary>Steps between two looks at the held groups.</summary>
    public int LookEvery { get; init; } = 10;

    /// <summary>Looks without an improvement after which training ends.</summary>
    public int Patience { get; init; } = 4;

    /// <summary>Tokens of a text that are read.</summary>
    public int MaxTokens { get; init; } = 256;
}
